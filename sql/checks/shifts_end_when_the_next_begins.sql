-- check: Every controller message belongs to the shift that its factory works at that time.
-- kind: exact
SELECT seen.*, f.timezone
FROM (
    SELECT line_id / 100 AS factory_id, shift_id,
           floor(extract(epoch FROM "timestamp" AT TIME ZONE 'UTC') / 1800)::bigint AS half_hour, count(*) AS rows
    FROM operations.scada_machine_data
    WHERE "timestamp" >= :from AND "timestamp" < :to
    GROUP BY 1, 2, 3
) AS seen
LEFT JOIN master.factories AS f USING (factory_id)
WHERE f.factory_id IS NULL
    OR seen.shift_id <> 1 + (extract(hour FROM to_timestamp(seen.half_hour * 1800) AT TIME ZONE f.timezone)::integer
        + 18) % 24 / 8;
