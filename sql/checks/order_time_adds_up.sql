-- check: Setup, run, minor stops, downtime and idle time of a finished order add up to its duration.
-- kind: exact
SELECT work_order_id, actual_start_time, actual_end_time, setup_seconds, run_seconds, minor_stop_seconds,
       downtime_seconds, idle_seconds
FROM mes.work_orders
WHERE actual_end_time >= :from AND actual_end_time < :to
    AND setup_seconds + run_seconds + minor_stop_seconds + downtime_seconds + idle_seconds
        <> extract(epoch FROM actual_end_time - actual_start_time);
