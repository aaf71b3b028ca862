-- Simulated until
-- The latest thing that happened on any line.
SELECT max(run_start_time) AS "simulated until" FROM operations.production_runs
