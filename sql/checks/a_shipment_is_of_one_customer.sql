-- check: Complaints about one shipment are those of one customer, about one factory, and come after it left: its key
--   has its day.
-- kind: exact
SELECT shipment_id, min(customer_id) AS customer, max(customer_id) AS other, min(complaint_date) AS complaint_date
FROM qms.customer_complaints
WHERE complaint_date >= :from AND complaint_date < :to AND shipment_id IS NOT NULL
GROUP BY shipment_id
HAVING min(customer_id) <> max(customer_id) OR min(factory_id) <> max(factory_id)
    OR min(complaint_date) < to_timestamp(((shipment_id >> 16) & 1048575) * 86400);
