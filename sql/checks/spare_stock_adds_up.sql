-- check: The stock of a spare part is its opening and everything moved since; each movement leaves the stock that
--   it says, which is never negative; what an order takes is there.
-- kind: exact
WITH moved AS (
    SELECT mro_part_id, transaction_id, transaction_date, stock_after,
           sum(quantity) OVER (PARTITION BY mro_part_id ORDER BY transaction_date, transaction_id) AS stock,
           row_number() OVER (PARTITION BY mro_part_id ORDER BY transaction_date DESC, transaction_id DESC) AS back
    FROM cmms.mro_parts_transactions
)
SELECT p.mro_part_id, p.part_number, m.transaction_id, m.transaction_date, m.stock_after, m.stock, p.current_stock
FROM moved AS m
JOIN cmms.mro_parts AS p USING (mro_part_id)
WHERE m.stock <> m.stock_after OR m.stock < 0 OR (m.back = 1 AND m.stock <> p.current_stock);
