-- Enterprise resource planning: orders, stock, production and purchasing, and the accounting documents they cause.
-- An item is a purchased material or a finished product. Inventory is valued at standard cost: quantity times
-- standard cost, USD to the cent. Orders, invoices and payments carry the currency of their partner beside
-- the rate to USD. Plant is the SAP word for a factory. Stock is kept by warehouse, storage location, lot
-- and stock type; the signed quantities of the material documents add up to the balances.

CREATE SCHEMA erp;
CREATE SCHEMA IF NOT EXISTS published;

-- Controlling and product costing.
CREATE TABLE erp.cost_centers (
    cost_center_id integer PRIMARY KEY,
    cost_center_code text NOT NULL UNIQUE CHECK (cost_center_code ~ '^[0-9]{6,}$'),
    cost_center_name text NOT NULL UNIQUE,
    cost_center_category text NOT NULL CHECK (cost_center_category IN
        ('production', 'maintenance', 'quality', 'logistics', 'engineering', 'sales', 'administration')),
    company_id integer NOT NULL,
    plant_id integer NOT NULL,
    department_id integer NOT NULL,
    responsible_person integer NOT NULL,
    valid_from date NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE INDEX cost_centers_company ON erp.cost_centers (company_id);
CREATE INDEX cost_centers_plant ON erp.cost_centers (plant_id);
CREATE INDEX cost_centers_department ON erp.cost_centers (department_id);
COMMENT ON TABLE erp.cost_centers IS 'Cost centre: owner of the code that every other system charges to; one row a cost centre.';
COMMENT ON COLUMN erp.cost_centers.cost_center_id IS 'Key.';
COMMENT ON COLUMN erp.cost_centers.cost_center_code IS 'Cost centre number.';
COMMENT ON COLUMN erp.cost_centers.cost_center_name IS 'Name.';
COMMENT ON COLUMN erp.cost_centers.cost_center_category IS 'production | maintenance | quality | logistics | engineering | sales | administration.';
COMMENT ON COLUMN erp.cost_centers.company_id IS 'Company whose books it belongs to. -> master.companies(company_id)';
COMMENT ON COLUMN erp.cost_centers.plant_id IS 'Site; the headquarters for group functions. -> master.factories(factory_id)';
COMMENT ON COLUMN erp.cost_centers.department_id IS 'Department that runs it; a department may run several. -> master.departments(department_id)';
COMMENT ON COLUMN erp.cost_centers.responsible_person IS 'Person answerable for its costs. -> master.employees(employee_id)';
COMMENT ON COLUMN erp.cost_centers.valid_from IS 'First day on which it can be charged.';
COMMENT ON COLUMN erp.cost_centers.created_at IS 'When the record was entered.';

CREATE TABLE erp.general_ledger (
    gl_account_id integer PRIMARY KEY,
    account_code text NOT NULL UNIQUE CHECK (account_code ~ '^[0-9]{6}$'),
    short_text text NOT NULL,
    account_group text NOT NULL CHECK (account_group IN
        ('cash', 'receivables', 'inventory', 'fixed_assets', 'payables', 'accruals', 'tax', 'equity', 'revenue',
         'cost_of_sales', 'variances', 'operating_expenses', 'financial_result')),
    determination_key text CHECK (determination_key IN
        ('stock', 'gr_ir_clearing', 'purchase_price_variance', 'work_in_process', 'labor_absorption',
         'overhead_absorption', 'production_variance', 'scrap', 'cost_of_goods_sold', 'sales_revenue',
         'sales_deductions', 'output_tax', 'input_tax', 'receivables', 'payables', 'freight_payables',
         'freight_accrual', 'freight_expense', 'bank', 'inventory_difference', 'revaluation', 'maintenance_expense',
         'quality_expense', 'warranty_reserve', 'warranty_expense', 'payroll_expense', 'payroll_liability',
         'depreciation', 'exchange_difference', 'inter_company')),
    valuation_class text CHECK (valuation_class IN
        ('raw_material', 'component', 'consumable', 'packaging', 'finished_goods', 'spare_part')),
    reconciliation_type text CHECK (reconciliation_type IN ('customer', 'supplier', 'carrier', 'asset')),
    open_item_managed boolean NOT NULL,
    requires_cost_center boolean NOT NULL,
    manual_posting_allowed boolean NOT NULL,
    valid_from date NOT NULL,
    created_at timestamptz NOT NULL,
    CHECK (valuation_class IS NULL OR determination_key IS NOT NULL),
    CHECK (reconciliation_type IS NULL OR NOT manual_posting_allowed)
);
CREATE INDEX general_ledger_determination ON erp.general_ledger (determination_key, valuation_class);
COMMENT ON TABLE erp.general_ledger IS 'General-ledger account as operations use it: one row for each posting account of the chart of accounts, with how postings find it.';
COMMENT ON COLUMN erp.general_ledger.gl_account_id IS 'Key: the account of the chart. -> financial.chart_of_accounts(account_id)';
COMMENT ON COLUMN erp.general_ledger.account_code IS 'Account number.';
COMMENT ON COLUMN erp.general_ledger.short_text IS 'Short name of the account.';
COMMENT ON COLUMN erp.general_ledger.account_group IS 'Group of accounts with the same treatment.';
COMMENT ON COLUMN erp.general_ledger.determination_key IS 'Posting that finds the account by itself; NULL for accounts posted to by hand only.';
COMMENT ON COLUMN erp.general_ledger.valuation_class IS 'Kind of item the determination holds for; NULL: any.';
COMMENT ON COLUMN erp.general_ledger.reconciliation_type IS 'Sub-ledger the account sums up; NULL if it has none.';
COMMENT ON COLUMN erp.general_ledger.open_item_managed IS 'Debits and credits of the account are cleared against each other, as for goods received and not invoiced.';
COMMENT ON COLUMN erp.general_ledger.requires_cost_center IS 'Every line on the account names a cost centre.';
COMMENT ON COLUMN erp.general_ledger.manual_posting_allowed IS 'People may post to it; false for accounts kept by documents alone.';
COMMENT ON COLUMN erp.general_ledger.valid_from IS 'First posting date allowed.';
COMMENT ON COLUMN erp.general_ledger.created_at IS 'When the record was entered.';

CREATE TABLE erp.standard_costs (
    standard_cost_id bigint PRIMARY KEY,
    material_id integer,
    product_id integer,
    valid_from date NOT NULL,
    material_cost_usd numeric(14, 2) NOT NULL CHECK (material_cost_usd >= 0),
    labor_cost_usd numeric(14, 2) NOT NULL CHECK (labor_cost_usd >= 0),
    overhead_cost_usd numeric(14, 2) NOT NULL CHECK (overhead_cost_usd >= 0),
    standard_cost_usd numeric(14, 2) NOT NULL CHECK (standard_cost_usd > 0),
    costing_lot_size integer NOT NULL CHECK (costing_lot_size > 0),
    released_by integer NOT NULL,
    created_at timestamptz NOT NULL,
    CHECK (num_nonnulls(material_id, product_id) = 1),
    CHECK (standard_cost_usd = material_cost_usd + labor_cost_usd + overhead_cost_usd),
    CHECK (material_id IS NULL OR labor_cost_usd + overhead_cost_usd = 0),
    UNIQUE (material_id, valid_from),
    UNIQUE (product_id, valid_from)
);
COMMENT ON TABLE erp.standard_costs IS 'Standard cost of an item from a date on, released by the yearly cost run; one row an item and start of validity.';
COMMENT ON COLUMN erp.standard_costs.standard_cost_id IS 'Key.';
COMMENT ON COLUMN erp.standard_costs.material_id IS 'Purchased item; NULL for a product. -> master.materials(material_id)';
COMMENT ON COLUMN erp.standard_costs.product_id IS 'Product; NULL for a purchased item. -> master.products(product_id)';
COMMENT ON COLUMN erp.standard_costs.valid_from IS 'First posting date valued at it.';
COMMENT ON COLUMN erp.standard_costs.material_cost_usd IS 'Purchased materials; for a purchased item its whole cost. USD per base unit.';
COMMENT ON COLUMN erp.standard_costs.labor_cost_usd IS 'Direct labour, USD per part; 0 for a purchased item.';
COMMENT ON COLUMN erp.standard_costs.overhead_cost_usd IS 'Machine hours and overhead, USD per part; 0 for a purchased item.';
COMMENT ON COLUMN erp.standard_costs.standard_cost_usd IS 'Standard cost, USD per base unit: sum of the three.';
COMMENT ON COLUMN erp.standard_costs.costing_lot_size IS 'Quantity over which setup is spread [base units].';
COMMENT ON COLUMN erp.standard_costs.released_by IS 'Controller who released it. -> master.employees(employee_id)';
COMMENT ON COLUMN erp.standard_costs.created_at IS 'When it was released; stock is revalued on the first day of validity.';

-- Work centres, routings and inspection plans.
CREATE TABLE erp.work_centers (
    work_center_id integer PRIMARY KEY,
    work_center_code text NOT NULL UNIQUE,
    work_center_name text NOT NULL,
    plant_id integer NOT NULL,
    line_id integer NOT NULL,
    machine_id integer NOT NULL UNIQUE,
    cost_center_id integer NOT NULL REFERENCES erp.cost_centers (cost_center_id),
    available_capacity numeric(6, 2) NOT NULL CHECK (available_capacity BETWEEN 0 AND 168),
    utilization_percentage numeric(5, 2) NOT NULL CHECK (utilization_percentage BETWEEN 0 AND 100),
    hourly_rate numeric(14, 2) NOT NULL CHECK (hourly_rate > 0),
    labor_rate numeric(14, 2) NOT NULL CHECK (labor_rate > 0),
    setup_time_minutes numeric(6, 1) NOT NULL CHECK (setup_time_minutes > 0),
    created_at timestamptz NOT NULL
);
CREATE INDEX work_centers_plant ON erp.work_centers (plant_id);
CREATE INDEX work_centers_line ON erp.work_centers (line_id);
CREATE INDEX work_centers_cost_center ON erp.work_centers (cost_center_id);
COMMENT ON TABLE erp.work_centers IS 'Work centre: unit of capacity and costing, one for each machine.';
COMMENT ON COLUMN erp.work_centers.work_center_id IS 'Key.';
COMMENT ON COLUMN erp.work_centers.work_center_code IS 'Code on routings and confirmations.';
COMMENT ON COLUMN erp.work_centers.work_center_name IS 'Name.';
COMMENT ON COLUMN erp.work_centers.plant_id IS 'Site. -> master.factories(factory_id)';
COMMENT ON COLUMN erp.work_centers.line_id IS 'Line. -> master.production_lines(line_id)';
COMMENT ON COLUMN erp.work_centers.machine_id IS 'Machine. -> master.machines(machine_id)';
COMMENT ON COLUMN erp.work_centers.cost_center_id IS 'Cost centre credited for its hours.';
COMMENT ON COLUMN erp.work_centers.available_capacity IS 'Capacity of the shift pattern [h/week].';
COMMENT ON COLUMN erp.work_centers.utilization_percentage IS 'Planned share of the capacity that is productive.';
COMMENT ON COLUMN erp.work_centers.hourly_rate IS 'Rate for a machine hour, machine and overhead [USD/h].';
COMMENT ON COLUMN erp.work_centers.labor_rate IS 'Rate for an hour of its operator [USD/h].';
COMMENT ON COLUMN erp.work_centers.setup_time_minutes IS 'Standard changeover.';
COMMENT ON COLUMN erp.work_centers.created_at IS 'When the record was entered.';

CREATE TABLE erp.routing (
    routing_id integer PRIMARY KEY,
    routing_number text NOT NULL UNIQUE,
    product_id integer NOT NULL,
    plant_id integer NOT NULL,
    line_id integer NOT NULL,
    revision smallint NOT NULL CHECK (revision > 0),
    base_quantity integer NOT NULL CHECK (base_quantity > 0),
    lot_size_from integer NOT NULL CHECK (lot_size_from > 0),
    lot_size_to integer NOT NULL,
    valid_from date NOT NULL,
    created_by integer NOT NULL,
    created_at timestamptz NOT NULL,
    CHECK (lot_size_from <= lot_size_to),
    UNIQUE (product_id, revision)
);
CREATE INDEX routing_line ON erp.routing (line_id);
COMMENT ON TABLE erp.routing IS 'Routing: how a product is made at its plant; one row a product and revision.';
COMMENT ON COLUMN erp.routing.routing_id IS 'Key.';
COMMENT ON COLUMN erp.routing.routing_number IS 'Document number.';
COMMENT ON COLUMN erp.routing.product_id IS 'Product. -> master.products(product_id)';
COMMENT ON COLUMN erp.routing.plant_id IS 'Site. -> master.factories(factory_id)';
COMMENT ON COLUMN erp.routing.line_id IS 'Line. -> master.production_lines(line_id)';
COMMENT ON COLUMN erp.routing.revision IS 'Revision, from 1; the latest valid one is used.';
COMMENT ON COLUMN erp.routing.base_quantity IS 'Quantity the times of the operations are for [parts].';
COMMENT ON COLUMN erp.routing.lot_size_from IS 'Smallest order for which the routing holds [parts].';
COMMENT ON COLUMN erp.routing.lot_size_to IS 'Largest order for which the routing holds [parts].';
COMMENT ON COLUMN erp.routing.valid_from IS 'First production day of the revision.';
COMMENT ON COLUMN erp.routing.created_by IS 'Process engineer. -> master.employees(employee_id)';
COMMENT ON COLUMN erp.routing.created_at IS 'When the record was entered.';

CREATE TABLE erp.routing_operations (
    routing_operation_id integer PRIMARY KEY,
    routing_id integer NOT NULL REFERENCES erp.routing (routing_id),
    operation_number smallint NOT NULL CHECK (operation_number > 0),
    operation_short_text text NOT NULL,
    work_center_id integer NOT NULL REFERENCES erp.work_centers (work_center_id),
    control_key text NOT NULL CHECK (control_key IN ('counted', 'milestone')),
    setup_time_minutes numeric(6, 1) NOT NULL CHECK (setup_time_minutes >= 0),
    machine_time_seconds numeric(10, 2) NOT NULL CHECK (machine_time_seconds > 0),
    labor_time_seconds numeric(10, 2) NOT NULL CHECK (labor_time_seconds >= 0),
    planned_scrap_percentage numeric(5, 2) NOT NULL CHECK (planned_scrap_percentage BETWEEN 0 AND 50),
    created_at timestamptz NOT NULL,
    UNIQUE (routing_id, operation_number)
);
CREATE INDEX routing_operations_work_center ON erp.routing_operations (work_center_id);
COMMENT ON TABLE erp.routing_operations IS 'Operation of a routing: the work at one work centre.';
COMMENT ON COLUMN erp.routing_operations.routing_operation_id IS 'Key.';
COMMENT ON COLUMN erp.routing_operations.routing_id IS 'Routing.';
COMMENT ON COLUMN erp.routing_operations.operation_number IS 'Step in the flow of parts: 10, 20, 30 and so on.';
COMMENT ON COLUMN erp.routing_operations.operation_short_text IS 'What is done.';
COMMENT ON COLUMN erp.routing_operations.work_center_id IS 'Work centre.';
COMMENT ON COLUMN erp.routing_operations.control_key IS 'counted (confirmed by the machine''s counter) | milestone (the last one: confirming it receives the parts into stock).';
COMMENT ON COLUMN erp.routing_operations.setup_time_minutes IS 'Standard setup.';
COMMENT ON COLUMN erp.routing_operations.machine_time_seconds IS 'Machine time for the base quantity.';
COMMENT ON COLUMN erp.routing_operations.labor_time_seconds IS 'Operator''s time for the base quantity; 0 where the line''s operator books to another operation.';
COMMENT ON COLUMN erp.routing_operations.planned_scrap_percentage IS 'Planned scrap of the operation.';
COMMENT ON COLUMN erp.routing_operations.created_at IS 'When the record was entered.';

CREATE TABLE erp.inspection_plans (
    inspection_plan_id integer PRIMARY KEY,
    plan_number text NOT NULL UNIQUE,
    material_id integer,
    product_id integer,
    inspection_type text NOT NULL CHECK (inspection_type IN ('incoming', 'in_process', 'final')),
    sampling_procedure text NOT NULL CHECK (sampling_procedure IN ('fixed', 'aql', 'skip_lot', 'full')),
    inspection_level text CHECK (inspection_level IN ('S-1', 'S-2', 'S-3', 'S-4', 'I', 'II', 'III')),
    acceptable_quality_level numeric(6, 3) CHECK (acceptable_quality_level > 0),
    sample_size integer CHECK (sample_size > 0),
    inspection_interval_days smallint CHECK (inspection_interval_days > 0),
    revision smallint NOT NULL CHECK (revision > 0),
    valid_from date NOT NULL,
    created_by integer NOT NULL,
    created_at timestamptz NOT NULL,
    CHECK (num_nonnulls(material_id, product_id) = 1),
    CHECK ((inspection_type = 'incoming') = (material_id IS NOT NULL)),
    CHECK ((sampling_procedure IN ('aql', 'skip_lot')) = (acceptable_quality_level IS NOT NULL)),
    CHECK ((acceptable_quality_level IS NULL) = (inspection_level IS NULL)),
    CHECK ((sampling_procedure = 'fixed') = (sample_size IS NOT NULL))
);
CREATE INDEX inspection_plans_material ON erp.inspection_plans (material_id);
CREATE INDEX inspection_plans_product ON erp.inspection_plans (product_id);
COMMENT ON TABLE erp.inspection_plans IS 'Inspection plan of an item: how its receipts are sampled; one row an item and plan.';
COMMENT ON COLUMN erp.inspection_plans.inspection_plan_id IS 'Key.';
COMMENT ON COLUMN erp.inspection_plans.plan_number IS 'Document number.';
COMMENT ON COLUMN erp.inspection_plans.material_id IS 'Purchased item; NULL for a product. -> master.materials(material_id)';
COMMENT ON COLUMN erp.inspection_plans.product_id IS 'Product; NULL for a purchased item. -> master.products(product_id)';
COMMENT ON COLUMN erp.inspection_plans.inspection_type IS 'incoming (purchased items) | in_process | final (products).';
COMMENT ON COLUMN erp.inspection_plans.sampling_procedure IS 'fixed (sample size of the plan) | aql (ISO 2859-1 by lot size) | skip_lot (ISO 2859-3: lots are passed after a good history) | full (every part).';
COMMENT ON COLUMN erp.inspection_plans.inspection_level IS 'ISO 2859-1 inspection level; NULL unless sampled by AQL or skip-lot.';
COMMENT ON COLUMN erp.inspection_plans.acceptable_quality_level IS 'AQL, percent nonconforming [%]; NULL unless sampled by AQL or skip-lot.';
COMMENT ON COLUMN erp.inspection_plans.sample_size IS 'Sample of the fixed procedure [base units]; NULL otherwise.';
COMMENT ON COLUMN erp.inspection_plans.inspection_interval_days IS 'Stock is inspected again after it; NULL unless the item has a shelf life.';
COMMENT ON COLUMN erp.inspection_plans.revision IS 'Revision, from 1.';
COMMENT ON COLUMN erp.inspection_plans.valid_from IS 'First day of the revision.';
COMMENT ON COLUMN erp.inspection_plans.created_by IS 'Quality engineer. -> master.employees(employee_id)';
COMMENT ON COLUMN erp.inspection_plans.created_at IS 'When the record was entered.';

CREATE TABLE erp.inspection_plan_characteristics (
    inspection_plan_characteristic_id integer PRIMARY KEY,
    inspection_plan_id integer NOT NULL REFERENCES erp.inspection_plans (inspection_plan_id),
    characteristic_number smallint NOT NULL CHECK (characteristic_number > 0),
    characteristic_name text NOT NULL,
    characteristic_type text NOT NULL CHECK (characteristic_type IN ('quantitative', 'qualitative')),
    characteristic_class text NOT NULL CHECK (characteristic_class IN ('critical', 'major', 'minor')),
    target_value double precision,
    lower_spec_limit double precision,
    upper_spec_limit double precision,
    unit_of_measure text,
    inspection_method text NOT NULL CHECK (inspection_method IN
        ('caliper', 'micrometer', 'cmm', 'gauge', 'scale', 'hardness_tester', 'spectrometer', 'torque_tool',
         'visual', 'functional')),
    sample_size integer CHECK (sample_size > 0),
    created_at timestamptz NOT NULL,
    UNIQUE (inspection_plan_id, characteristic_number),
    CHECK (num_nonnulls(target_value, unit_of_measure) = CASE characteristic_type
        WHEN 'quantitative' THEN 2
        ELSE 0 END),
    CHECK (CASE characteristic_type
        WHEN 'quantitative' THEN num_nonnulls(lower_spec_limit, upper_spec_limit) > 0
        ELSE num_nonnulls(lower_spec_limit, upper_spec_limit) = 0 END),
    CHECK (lower_spec_limit < upper_spec_limit),
    CHECK (target_value BETWEEN coalesce(lower_spec_limit, target_value) AND coalesce(upper_spec_limit, target_value))
);
COMMENT ON TABLE erp.inspection_plan_characteristics IS 'Characteristic to be inspected under a plan, with its specification.';
COMMENT ON COLUMN erp.inspection_plan_characteristics.inspection_plan_characteristic_id IS 'Key.';
COMMENT ON COLUMN erp.inspection_plan_characteristics.inspection_plan_id IS 'Inspection plan.';
COMMENT ON COLUMN erp.inspection_plan_characteristics.characteristic_number IS 'Position on the plan: 10, 20, 30 and so on.';
COMMENT ON COLUMN erp.inspection_plan_characteristics.characteristic_name IS 'What is inspected.';
COMMENT ON COLUMN erp.inspection_plan_characteristics.characteristic_type IS 'quantitative (measured) | qualitative (conforming or not).';
COMMENT ON COLUMN erp.inspection_plan_characteristics.characteristic_class IS 'Weight of a deviation: critical | major | minor.';
COMMENT ON COLUMN erp.inspection_plan_characteristics.target_value IS 'Nominal value in the unit of measure; NULL for qualitative characteristics.';
COMMENT ON COLUMN erp.inspection_plan_characteristics.lower_spec_limit IS 'Lower specification limit in the unit of measure; NULL if there is none.';
COMMENT ON COLUMN erp.inspection_plan_characteristics.upper_spec_limit IS 'Upper specification limit in the unit of measure; NULL if there is none.';
COMMENT ON COLUMN erp.inspection_plan_characteristics.unit_of_measure IS 'Unit of the values, such as mm; NULL for qualitative characteristics.';
COMMENT ON COLUMN erp.inspection_plan_characteristics.inspection_method IS 'How it is inspected; cmm is a coordinate measuring machine.';
COMMENT ON COLUMN erp.inspection_plan_characteristics.sample_size IS 'Parts inspected for this characteristic [base units]; NULL: the plan''s sample.';
COMMENT ON COLUMN erp.inspection_plan_characteristics.created_at IS 'When the record was entered.';

-- Demand: forecasts and customer orders.
CREATE TABLE erp.demand_forecasts (
    demand_forecast_id bigint PRIMARY KEY,
    product_id integer NOT NULL,
    forecast_version text NOT NULL CHECK (forecast_version ~ '^FC-[0-9]{6}$'),
    forecast_month date NOT NULL CHECK (extract(day FROM forecast_month) = 1),
    horizon_months smallint NOT NULL CHECK (horizon_months BETWEEN 0 AND 24),
    forecast_model text NOT NULL CHECK (forecast_model IN ('moving_average', 'exponential_smoothing', 'seasonal')),
    baseline_quantity integer NOT NULL CHECK (baseline_quantity >= 0),
    adjustment_quantity integer NOT NULL,
    forecast_quantity integer NOT NULL CHECK (forecast_quantity >= 0),
    standard_error_quantity integer NOT NULL CHECK (standard_error_quantity >= 0),
    planner_id integer NOT NULL,
    created_at timestamptz NOT NULL,
    UNIQUE (product_id, forecast_month, forecast_version),
    CHECK (forecast_quantity = baseline_quantity + adjustment_quantity)
);
CREATE INDEX demand_forecasts_version ON erp.demand_forecasts (forecast_version);
CREATE INDEX demand_forecasts_month ON erp.demand_forecasts (forecast_month);
COMMENT ON TABLE erp.demand_forecasts IS 'Forecast of the demand of a product for a month, as of a version; one row a product, month and version.';
COMMENT ON COLUMN erp.demand_forecasts.demand_forecast_id IS 'Key: product, day of the version, sequence.';
COMMENT ON COLUMN erp.demand_forecasts.product_id IS 'Product. -> master.products(product_id)';
COMMENT ON COLUMN erp.demand_forecasts.forecast_version IS 'Version: FC-<yyyymm of the month in which it was made>.';
COMMENT ON COLUMN erp.demand_forecasts.forecast_month IS 'Month forecast: its first day.';
COMMENT ON COLUMN erp.demand_forecasts.horizon_months IS 'Months from the version to the month forecast [months].';
COMMENT ON COLUMN erp.demand_forecasts.forecast_model IS 'Statistical model of the baseline: moving_average | exponential_smoothing | seasonal.';
COMMENT ON COLUMN erp.demand_forecasts.baseline_quantity IS 'Forecast of the model [parts].';
COMMENT ON COLUMN erp.demand_forecasts.adjustment_quantity IS 'Correction by sales, positive or negative; 0 for most rows [parts].';
COMMENT ON COLUMN erp.demand_forecasts.forecast_quantity IS 'Baseline plus adjustment, the quantity planned for [parts].';
COMMENT ON COLUMN erp.demand_forecasts.standard_error_quantity IS 'Standard error of the model over the past year [parts].';
COMMENT ON COLUMN erp.demand_forecasts.planner_id IS 'Planner who released it. -> master.employees(employee_id)';
COMMENT ON COLUMN erp.demand_forecasts.created_at IS 'When it was released.';

CREATE TABLE erp.sales_orders (
    sales_order_id bigint PRIMARY KEY,
    sales_order_number text NOT NULL UNIQUE CHECK (sales_order_number ~ '^SO-C[0-9]+-[0-9]{8}-[0-9]{2,}$'),
    customer_id integer NOT NULL,
    company_id integer NOT NULL,
    order_date date NOT NULL,
    order_type text NOT NULL CHECK (order_type IN ('standard', 'contract_release')),
    quotation_id bigint,
    contract_id integer,
    customer_po_number text NOT NULL,
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    total_net_value numeric(14, 2) NOT NULL CHECK (total_net_value >= 0),
    freight_charges numeric(14, 2) NOT NULL CHECK (freight_charges >= 0),
    tax_amount numeric(14, 2) NOT NULL CHECK (tax_amount >= 0),
    total_value numeric(14, 2) NOT NULL,
    payment_terms_days smallint NOT NULL CHECK (payment_terms_days > 0),
    incoterms text NOT NULL CHECK (incoterms IN ('EXW', 'FCA', 'DAP', 'DDP')),
    delivery_priority text NOT NULL CHECK (delivery_priority IN ('normal', 'high', 'urgent')),
    requested_delivery_date date NOT NULL,
    confirmed_delivery_date date,
    credit_check_status text NOT NULL CHECK (credit_check_status IN ('passed', 'blocked', 'released')),
    order_status text NOT NULL CHECK (order_status IN ('open', 'completed', 'cancelled')),
    overall_delivery_status text NOT NULL CHECK (overall_delivery_status IN
        ('not_delivered', 'partially_delivered', 'delivered')),
    overall_billing_status text NOT NULL CHECK (overall_billing_status IN
        ('not_billed', 'partially_billed', 'billed')),
    completed_at timestamptz,
    created_by integer NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (total_value = total_net_value + freight_charges + tax_amount),
    CHECK (order_date <= requested_delivery_date),
    CHECK (order_date <= confirmed_delivery_date),
    CHECK ((order_type = 'contract_release') = (contract_id IS NOT NULL)),
    CHECK (credit_check_status <> 'blocked' OR overall_delivery_status = 'not_delivered'),
    CHECK (overall_delivery_status = 'not_delivered' OR confirmed_delivery_date IS NOT NULL),
    CHECK (order_status <> 'completed' OR overall_delivery_status = 'delivered'),
    CHECK (order_status <> 'completed' OR overall_billing_status = 'billed'),
    CHECK (order_status <> 'cancelled' OR overall_delivery_status = 'not_delivered'),
    CHECK (overall_billing_status = 'not_billed' OR overall_delivery_status <> 'not_delivered'),
    CHECK ((order_status = 'completed') = (completed_at IS NOT NULL)),
    CHECK (created_at < completed_at),
    CHECK (created_at <= updated_at)
);
CREATE INDEX sales_orders_customer ON erp.sales_orders (customer_id, order_date);
CREATE INDEX sales_orders_date ON erp.sales_orders (order_date);
CREATE INDEX sales_orders_company ON erp.sales_orders (company_id);
CREATE INDEX sales_orders_open ON erp.sales_orders (requested_delivery_date) WHERE order_status = 'open';
COMMENT ON TABLE erp.sales_orders IS 'Customer order; one row an order.';
COMMENT ON COLUMN erp.sales_orders.sales_order_id IS 'Key: customer, order date, sequence.';
COMMENT ON COLUMN erp.sales_orders.sales_order_number IS 'Readable number: SO-C<customer>-<yyyymmdd>-<sequence>.';
COMMENT ON COLUMN erp.sales_orders.customer_id IS 'Customer. -> master.customers(customer_id)';
COMMENT ON COLUMN erp.sales_orders.company_id IS 'Company that sells. -> master.companies(company_id)';
COMMENT ON COLUMN erp.sales_orders.order_date IS 'Date of the order.';
COMMENT ON COLUMN erp.sales_orders.order_type IS 'standard | contract_release (call-off against a contract).';
COMMENT ON COLUMN erp.sales_orders.quotation_id IS 'Quotation that became the order; NULL for most orders. -> crm.quotations(quotation_id)';
COMMENT ON COLUMN erp.sales_orders.contract_id IS 'Contract called off; contract releases only, NULL otherwise. -> crm.contracts(contract_id)';
COMMENT ON COLUMN erp.sales_orders.customer_po_number IS 'Order number of the customer.';
COMMENT ON COLUMN erp.sales_orders.currency IS 'Currency of the order, ISO 4217.';
COMMENT ON COLUMN erp.sales_orders.total_net_value IS 'Sum of the net values of the lines that are not cancelled [currency].';
COMMENT ON COLUMN erp.sales_orders.freight_charges IS 'Freight charged to the customer [currency].';
COMMENT ON COLUMN erp.sales_orders.tax_amount IS 'Sum of the taxes of the lines that are not cancelled [currency].';
COMMENT ON COLUMN erp.sales_orders.total_value IS 'Net value plus freight plus tax [currency].';
COMMENT ON COLUMN erp.sales_orders.payment_terms_days IS 'Payment terms agreed at order entry, days net from the invoice date.';
COMMENT ON COLUMN erp.sales_orders.incoterms IS 'Delivery terms, Incoterms 2020.';
COMMENT ON COLUMN erp.sales_orders.delivery_priority IS 'normal | high | urgent (requested in less than five days).';
COMMENT ON COLUMN erp.sales_orders.requested_delivery_date IS 'Earliest date requested on a line.';
COMMENT ON COLUMN erp.sales_orders.confirmed_delivery_date IS 'Latest date confirmed on a line; known when all lines are confirmed.';
COMMENT ON COLUMN erp.sales_orders.credit_check_status IS 'passed | blocked (over the credit limit) | released (by finance, after a block).';
COMMENT ON COLUMN erp.sales_orders.order_status IS 'open | completed (delivered and billed) | cancelled.';
COMMENT ON COLUMN erp.sales_orders.overall_delivery_status IS 'Goods issue of the lines that are not cancelled: not_delivered | partially_delivered | delivered.';
COMMENT ON COLUMN erp.sales_orders.overall_billing_status IS 'Billing of the lines that are not cancelled: not_billed | partially_billed | billed.';
COMMENT ON COLUMN erp.sales_orders.completed_at IS 'When it was completed; known then.';
COMMENT ON COLUMN erp.sales_orders.created_by IS 'Sales representative who entered it. -> master.employees(employee_id)';
COMMENT ON COLUMN erp.sales_orders.created_at IS 'When the order was entered.';
COMMENT ON COLUMN erp.sales_orders.updated_at IS 'Last change of the row.';

CREATE TABLE erp.sales_order_lines (
    sales_order_line_id bigint PRIMARY KEY,
    sales_order_id bigint NOT NULL REFERENCES erp.sales_orders (sales_order_id),
    line_number smallint NOT NULL CHECK (line_number > 0),
    product_id integer NOT NULL,
    warehouse_id integer NOT NULL,
    order_quantity integer NOT NULL CHECK (order_quantity > 0),
    delivered_quantity integer NOT NULL CHECK (delivered_quantity >= 0),
    invoiced_quantity integer NOT NULL CHECK (invoiced_quantity >= 0),
    unit_price numeric(14, 2) NOT NULL CHECK (unit_price > 0),
    price_unit smallint NOT NULL CHECK (price_unit IN (1, 100, 1000)),
    discount_percentage numeric(5, 2) NOT NULL CHECK (discount_percentage BETWEEN 0 AND 60),
    net_value numeric(14, 2) NOT NULL,
    tax_code text NOT NULL CHECK (tax_code IN ('domestic', 'export')),
    tax_rate_percentage numeric(5, 2) NOT NULL CHECK (tax_rate_percentage BETWEEN 0 AND 30),
    tax_amount numeric(14, 2) NOT NULL,
    requested_delivery_date date NOT NULL,
    confirmed_delivery_date date,
    line_status text NOT NULL CHECK (line_status IN
        ('open', 'partially_delivered', 'delivered', 'invoiced', 'cancelled')),
    rejection_reason text CHECK (rejection_reason IN
        ('customer_request', 'credit', 'product_discontinued', 'duplicate')),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (sales_order_id, line_number),
    CHECK (net_value = round(order_quantity * unit_price * (100 - discount_percentage) / (100 * price_unit), 2)),
    CHECK (tax_amount = round(net_value * tax_rate_percentage / 100, 2)),
    CHECK (tax_code = 'domestic' OR tax_rate_percentage = 0),
    CHECK (invoiced_quantity <= delivered_quantity),
    CHECK (CASE line_status
        WHEN 'partially_delivered' THEN delivered_quantity > 0 AND delivered_quantity < order_quantity
        WHEN 'delivered' THEN delivered_quantity = order_quantity AND invoiced_quantity < order_quantity
        WHEN 'invoiced' THEN invoiced_quantity = order_quantity AND delivered_quantity = order_quantity
        ELSE delivered_quantity = 0 END),
    CHECK (delivered_quantity = 0 OR confirmed_delivery_date IS NOT NULL),
    CHECK ((line_status = 'cancelled') = (rejection_reason IS NOT NULL)),
    CHECK (created_at <= updated_at)
);
CREATE INDEX sales_order_lines_product ON erp.sales_order_lines (product_id, requested_delivery_date);
CREATE INDEX sales_order_lines_warehouse ON erp.sales_order_lines (warehouse_id);
CREATE INDEX sales_order_lines_open ON erp.sales_order_lines (confirmed_delivery_date)
    WHERE line_status IN ('open', 'partially_delivered');
COMMENT ON TABLE erp.sales_order_lines IS 'Line of a customer order: one product for one date. Money is in the currency of the order.';
COMMENT ON COLUMN erp.sales_order_lines.sales_order_line_id IS 'Key.';
COMMENT ON COLUMN erp.sales_order_lines.sales_order_id IS 'Order.';
COMMENT ON COLUMN erp.sales_order_lines.line_number IS 'Position: 10, 20, 30 and so on.';
COMMENT ON COLUMN erp.sales_order_lines.product_id IS 'Product. -> master.products(product_id)';
COMMENT ON COLUMN erp.sales_order_lines.warehouse_id IS 'Warehouse that delivers. -> master.warehouses(warehouse_id)';
COMMENT ON COLUMN erp.sales_order_lines.order_quantity IS 'Quantity ordered [parts].';
COMMENT ON COLUMN erp.sales_order_lines.delivered_quantity IS 'Quantity of goods issue so far [parts].';
COMMENT ON COLUMN erp.sales_order_lines.invoiced_quantity IS 'Quantity billed so far, credit notes not deducted [parts].';
COMMENT ON COLUMN erp.sales_order_lines.unit_price IS 'List price of price_unit parts [currency].';
COMMENT ON COLUMN erp.sales_order_lines.price_unit IS 'Quantity the price is for [parts].';
COMMENT ON COLUMN erp.sales_order_lines.discount_percentage IS 'Discount on the list price.';
COMMENT ON COLUMN erp.sales_order_lines.net_value IS 'Order quantity at the discounted price [currency].';
COMMENT ON COLUMN erp.sales_order_lines.tax_code IS 'domestic (taxed) | export (no tax).';
COMMENT ON COLUMN erp.sales_order_lines.tax_rate_percentage IS 'Tax rate; 0 for exports.';
COMMENT ON COLUMN erp.sales_order_lines.tax_amount IS 'Tax on the net value [currency].';
COMMENT ON COLUMN erp.sales_order_lines.requested_delivery_date IS 'Date requested by the customer.';
COMMENT ON COLUMN erp.sales_order_lines.confirmed_delivery_date IS 'Date confirmed by availability check; known when confirmed.';
COMMENT ON COLUMN erp.sales_order_lines.line_status IS 'open | partially_delivered | delivered | invoiced | cancelled.';
COMMENT ON COLUMN erp.sales_order_lines.rejection_reason IS 'Why it was cancelled; NULL unless cancelled, about 1 in 100.';
COMMENT ON COLUMN erp.sales_order_lines.created_at IS 'When the line was entered.';
COMMENT ON COLUMN erp.sales_order_lines.updated_at IS 'Last change of the row.';

-- Material requirements planning.
CREATE TABLE erp.mrp_runs (
    mrp_run_id bigint PRIMARY KEY,
    run_number text NOT NULL UNIQUE CHECK (run_number ~ '^MRP-F[0-9]+-[0-9]{8}$'),
    plant_id integer NOT NULL,
    planning_date date NOT NULL,
    planning_horizon_days smallint NOT NULL CHECK (planning_horizon_days > 0),
    planning_mode text NOT NULL CHECK (planning_mode IN ('net_change', 'regenerative')),
    mrp_controller_id integer NOT NULL,
    items_planned integer NOT NULL CHECK (items_planned >= 0),
    purchase_requisitions_created integer NOT NULL CHECK (purchase_requisitions_created >= 0),
    production_orders_created integer NOT NULL CHECK (production_orders_created >= 0),
    exception_count integer NOT NULL CHECK (exception_count >= 0),
    started_at timestamptz NOT NULL,
    completed_at timestamptz NOT NULL,
    UNIQUE (plant_id, planning_date),
    CHECK (started_at < completed_at)
);
CREATE INDEX mrp_runs_date ON erp.mrp_runs (planning_date);
COMMENT ON TABLE erp.mrp_runs IS 'Planning run of a plant for a planning day, recorded when it completes.';
COMMENT ON COLUMN erp.mrp_runs.mrp_run_id IS 'Key: plant, planning date, sequence.';
COMMENT ON COLUMN erp.mrp_runs.run_number IS 'Readable number: MRP-F<plant>-<yyyymmdd>.';
COMMENT ON COLUMN erp.mrp_runs.plant_id IS 'Plant planned. -> master.factories(factory_id)';
COMMENT ON COLUMN erp.mrp_runs.planning_date IS 'Planning day, factory-local.';
COMMENT ON COLUMN erp.mrp_runs.planning_horizon_days IS 'Requirements within it are planned.';
COMMENT ON COLUMN erp.mrp_runs.planning_mode IS 'net_change (items with changes) | regenerative (all items, at the weekend).';
COMMENT ON COLUMN erp.mrp_runs.mrp_controller_id IS 'Planner in charge. -> master.employees(employee_id)';
COMMENT ON COLUMN erp.mrp_runs.items_planned IS 'Items planned: distinct items of the elements [items].';
COMMENT ON COLUMN erp.mrp_runs.purchase_requisitions_created IS 'Purchase requisitions it opened [documents].';
COMMENT ON COLUMN erp.mrp_runs.production_orders_created IS 'Production orders it proposed that were opened [documents].';
COMMENT ON COLUMN erp.mrp_runs.exception_count IS 'Elements with an exception message [elements].';
COMMENT ON COLUMN erp.mrp_runs.started_at IS 'Start of the run.';
COMMENT ON COLUMN erp.mrp_runs.completed_at IS 'End of the run, when it is recorded.';

CREATE TABLE erp.mrp_elements (
    mrp_element_id bigint PRIMARY KEY,
    mrp_run_id bigint NOT NULL REFERENCES erp.mrp_runs (mrp_run_id),
    material_id integer,
    product_id integer,
    element_sequence integer NOT NULL CHECK (element_sequence > 0),
    element_type text NOT NULL CHECK (element_type IN
        ('stock', 'safety_stock', 'customer_order', 'forecast', 'dependent_requirement', 'production_order',
         'planned_order', 'purchase_requisition', 'purchase_order')),
    element_date date NOT NULL,
    requirement_quantity numeric(14, 3) NOT NULL CHECK (requirement_quantity >= 0),
    receipt_quantity numeric(14, 3) NOT NULL CHECK (receipt_quantity >= 0),
    available_quantity numeric(14, 3) NOT NULL,
    source_document_id bigint,
    exception_code text CHECK (exception_code IN ('new', 'expedite', 'postpone', 'cancel', 'shortage')),
    rescheduling_date date,
    created_at timestamptz NOT NULL,
    CHECK (num_nonnulls(material_id, product_id) = 1),
    UNIQUE (mrp_run_id, material_id, element_sequence),
    UNIQUE (mrp_run_id, product_id, element_sequence),
    CHECK (requirement_quantity = 0 OR receipt_quantity = 0),
    CHECK (receipt_quantity = 0 OR element_type NOT IN
        ('safety_stock', 'customer_order', 'forecast', 'dependent_requirement')),
    CHECK (requirement_quantity = 0 OR element_type IN
        ('safety_stock', 'customer_order', 'forecast', 'dependent_requirement')),
    CHECK ((element_type IN ('stock', 'safety_stock', 'forecast', 'planned_order')) = (source_document_id IS NULL)),
    CHECK (coalesce(exception_code IN ('expedite', 'postpone'), false) = (rescheduling_date IS NOT NULL))
);
CREATE INDEX mrp_elements_material ON erp.mrp_elements (material_id, element_date);
CREATE INDEX mrp_elements_product ON erp.mrp_elements (product_id, element_date);
CREATE INDEX mrp_elements_exception ON erp.mrp_elements (exception_code, element_date)
    WHERE exception_code IS NOT NULL;
COMMENT ON TABLE erp.mrp_elements IS 'Requirement or receipt in the planning of an item at a plant, as the run saw it; ordered by date the elements give the projected stock.';
COMMENT ON COLUMN erp.mrp_elements.mrp_element_id IS 'Key.';
COMMENT ON COLUMN erp.mrp_elements.mrp_run_id IS 'Planning run.';
COMMENT ON COLUMN erp.mrp_elements.material_id IS 'Purchased item; NULL for a product. -> master.materials(material_id)';
COMMENT ON COLUMN erp.mrp_elements.product_id IS 'Product; NULL for a purchased item. -> master.products(product_id)';
COMMENT ON COLUMN erp.mrp_elements.element_sequence IS 'Position among the elements of its item in the run, by date, from 1.';
COMMENT ON COLUMN erp.mrp_elements.element_type IS 'stock (on hand at the start) | safety_stock | customer_order | forecast (not yet consumed by orders) | dependent_requirement (of a production order) | production_order | planned_order (proposed by this run) | purchase_requisition | purchase_order.';
COMMENT ON COLUMN erp.mrp_elements.element_date IS 'Date of the requirement or of availability.';
COMMENT ON COLUMN erp.mrp_elements.requirement_quantity IS 'Quantity required [base units]; 0 for receipts.';
COMMENT ON COLUMN erp.mrp_elements.receipt_quantity IS 'Quantity received [base units]; 0 for requirements.';
COMMENT ON COLUMN erp.mrp_elements.available_quantity IS 'Projected stock after the element: running sum of receipts less requirements [base units].';
COMMENT ON COLUMN erp.mrp_elements.source_document_id IS 'Key of the order line, production order, component, requisition line or purchase order line, by the type of the element; NULL for stock, safety stock, forecast and planned orders.';
COMMENT ON COLUMN erp.mrp_elements.exception_code IS 'Message to the planner: new | expedite | postpone | cancel | shortage (required within the lead time); NULL without one, about 9 in 10.';
COMMENT ON COLUMN erp.mrp_elements.rescheduling_date IS 'Date proposed instead; NULL unless expedite or postpone.';
COMMENT ON COLUMN erp.mrp_elements.created_at IS 'When the run recorded it.';

-- Accounting documents; their lines follow the documents they are charged to.
CREATE TABLE erp.journal_entries (
    journal_entry_id bigint PRIMARY KEY,
    document_number text NOT NULL UNIQUE CHECK (document_number ~ '^JE-[A-Z]+[0-9]+-[0-9]{8}-[0-9]{2,}$'),
    document_type text NOT NULL CHECK (document_type IN
        ('goods_receipt', 'supplier_return', 'supplier_invoice', 'supplier_payment', 'production_cost',
         'production_settlement', 'delivery', 'customer_invoice', 'customer_payment', 'customer_return',
         'stock_scrap', 'inventory_variance', 'revaluation', 'maintenance_cost', 'quality_cost', 'freight_accrual',
         'freight_invoice', 'warranty_accrual', 'warranty_claim', 'payroll')),
    gl_posting_rule_id integer NOT NULL,
    company_id integer NOT NULL,
    fiscal_period_id integer NOT NULL,
    document_date date NOT NULL,
    posting_date date NOT NULL,
    source_document_id bigint,
    reference_document text,
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    exchange_rate_usd numeric(18, 8) NOT NULL CHECK (exchange_rate_usd > 0),
    total_debit numeric(16, 2) NOT NULL CHECK (total_debit >= 0),
    total_credit numeric(16, 2) NOT NULL,
    total_usd numeric(16, 2) NOT NULL CHECK (total_usd > 0),
    reversed_entry_id bigint REFERENCES erp.journal_entries (journal_entry_id),
    created_at timestamptz NOT NULL,
    CHECK (total_debit = total_credit),
    CHECK (currency <> 'USD' OR exchange_rate_usd = 1),
    CHECK (document_date <= posting_date),
    CHECK (reversed_entry_id <> journal_entry_id),
    CHECK ((document_type = 'payroll') = (source_document_id IS NULL))
);
CREATE INDEX journal_entries_source ON erp.journal_entries (document_type, source_document_id);
CREATE INDEX journal_entries_company ON erp.journal_entries (company_id, posting_date);
CREATE INDEX journal_entries_period ON erp.journal_entries (fiscal_period_id);
CREATE INDEX journal_entries_rule ON erp.journal_entries (gl_posting_rule_id);
CREATE INDEX journal_entries_reversed_entry ON erp.journal_entries (reversed_entry_id)
    WHERE reversed_entry_id IS NOT NULL;
COMMENT ON TABLE erp.journal_entries IS 'Accounting document caused by one business event, posted when it is created; balanced in its currency and in USD.';
COMMENT ON COLUMN erp.journal_entries.journal_entry_id IS 'Key.';
COMMENT ON COLUMN erp.journal_entries.document_number IS 'Readable number: JE-<letter and number of the entity>-<yyyymmdd>-<sequence>.';
COMMENT ON COLUMN erp.journal_entries.document_type IS 'Business event. A production_cost is all that an order caused in one hour; a credit note is a customer_invoice.';
COMMENT ON COLUMN erp.journal_entries.gl_posting_rule_id IS 'Leading rule of the event; each line names its own. -> financial.gl_posting_rules(gl_posting_rule_id)';
COMMENT ON COLUMN erp.journal_entries.company_id IS 'Company whose books it is in. -> master.companies(company_id)';
COMMENT ON COLUMN erp.journal_entries.fiscal_period_id IS 'Period of the posting date. -> financial.fiscal_periods(fiscal_period_id)';
COMMENT ON COLUMN erp.journal_entries.document_date IS 'Date of the source document.';
COMMENT ON COLUMN erp.journal_entries.posting_date IS 'Date in the books, local to the company.';
COMMENT ON COLUMN erp.journal_entries.source_document_id IS 'Key of the source document: in supplier.supplier_invoices, cmms.maintenance_costs, qms.quality_cost_entries, service.warranty_claims, tms.freight_invoices, tms.shipments (delivery and freight_accrual) or tms.return_orders (customer_return); in erp the table of the event''s name, inventory_transactions for supplier_return and stock_scrap, production_order_costs for production, customer_invoices for warranty_accrual, standard_costs for revaluation. NULL for payroll, whose results name their entry.';
COMMENT ON COLUMN erp.journal_entries.reference_document IS 'Readable number of the source document; NULL if it has none.';
COMMENT ON COLUMN erp.journal_entries.currency IS 'Currency of the document, ISO 4217; USD for movements valued at standard cost.';
COMMENT ON COLUMN erp.journal_entries.exchange_rate_usd IS 'Rate of the day on which the amounts in USD rest [USD per unit].';
COMMENT ON COLUMN erp.journal_entries.total_debit IS 'Sum of the debits of the lines [currency].';
COMMENT ON COLUMN erp.journal_entries.total_credit IS 'Sum of the credits of the lines [currency].';
COMMENT ON COLUMN erp.journal_entries.total_usd IS 'Sum of the debits of the lines, equal to that of the credits, USD.';
COMMENT ON COLUMN erp.journal_entries.reversed_entry_id IS 'Entry that this one reverses; NULL unless a reversal, about 1 in 500.';
COMMENT ON COLUMN erp.journal_entries.created_at IS 'When it was posted.';

-- Production orders.
CREATE TABLE erp.production_orders (
    production_order_id bigint PRIMARY KEY,
    production_order_number text NOT NULL UNIQUE CHECK (production_order_number ~ '^PRD-L[0-9]+-[0-9]{8}-[0-9]{2,}$'),
    product_id integer NOT NULL,
    plant_id integer NOT NULL,
    line_id integer NOT NULL,
    bom_id integer NOT NULL,
    routing_id integer NOT NULL REFERENCES erp.routing (routing_id),
    mrp_element_id bigint REFERENCES erp.mrp_elements (mrp_element_id),
    work_order_id bigint UNIQUE,
    order_quantity integer NOT NULL CHECK (order_quantity > 0),
    delivered_quantity integer NOT NULL CHECK (delivered_quantity >= 0),
    scrap_quantity integer NOT NULL CHECK (scrap_quantity >= 0),
    rework_quantity integer NOT NULL CHECK (rework_quantity >= 0),
    basic_start_date date NOT NULL,
    basic_end_date date NOT NULL,
    scheduled_start_time timestamptz NOT NULL,
    scheduled_end_time timestamptz NOT NULL,
    actual_start_time timestamptz,
    actual_finish_time timestamptz,
    system_status text NOT NULL CHECK (system_status IN
        ('created', 'released', 'in_process', 'technically_completed', 'closed')),
    planned_costs numeric(14, 2) NOT NULL CHECK (planned_costs > 0),
    actual_costs numeric(14, 2) NOT NULL,
    delivered_value numeric(14, 2) NOT NULL CHECK (delivered_value >= 0),
    scrap_value numeric(14, 2) NOT NULL CHECK (scrap_value >= 0),
    variance_amount numeric(14, 2),
    created_by integer NOT NULL,
    created_at timestamptz NOT NULL,
    released_by integer,
    released_at timestamptz,
    closed_at timestamptz,
    updated_at timestamptz NOT NULL,
    CHECK (basic_start_date <= basic_end_date),
    CHECK (scheduled_start_time < scheduled_end_time),
    CHECK (created_at < released_at),
    CHECK (released_at < actual_start_time),
    CHECK (actual_start_time < actual_finish_time),
    CHECK (actual_finish_time < closed_at),
    CHECK ((system_status = 'created') = (released_at IS NULL)),
    CHECK ((released_at IS NULL) = (released_by IS NULL)),
    CHECK (released_at IS NULL OR work_order_id IS NOT NULL),
    CHECK ((system_status IN ('created', 'released')) = (actual_start_time IS NULL)),
    CHECK ((system_status IN ('technically_completed', 'closed')) = (actual_finish_time IS NOT NULL)),
    CHECK ((system_status = 'closed') = (closed_at IS NOT NULL)),
    CHECK ((closed_at IS NULL) = (variance_amount IS NULL)),
    CHECK (variance_amount = actual_costs - delivered_value - scrap_value),
    CHECK (actual_start_time IS NOT NULL OR delivered_quantity + scrap_quantity + rework_quantity = 0),
    CHECK (created_at <= updated_at)
);
CREATE INDEX production_orders_product ON erp.production_orders (product_id, basic_end_date);
CREATE INDEX production_orders_line ON erp.production_orders (line_id, scheduled_start_time);
CREATE INDEX production_orders_plant ON erp.production_orders (plant_id, basic_start_date);
CREATE INDEX production_orders_open ON erp.production_orders (scheduled_end_time) WHERE system_status <> 'closed';
CREATE INDEX production_orders_routing ON erp.production_orders (routing_id);
CREATE INDEX production_orders_mrp_element ON erp.production_orders (mrp_element_id) WHERE mrp_element_id IS NOT NULL;
COMMENT ON TABLE erp.production_orders IS 'Production order as planning and costing see it: one row an order, one to one with the order on the shop floor.';
COMMENT ON COLUMN erp.production_orders.production_order_id IS 'Key: line, production date, sequence.';
COMMENT ON COLUMN erp.production_orders.production_order_number IS 'Readable number: PRD-L<line>-<yyyymmdd>-<sequence>.';
COMMENT ON COLUMN erp.production_orders.product_id IS 'Product. -> master.products(product_id)';
COMMENT ON COLUMN erp.production_orders.plant_id IS 'Site. -> master.factories(factory_id)';
COMMENT ON COLUMN erp.production_orders.line_id IS 'Line. -> master.production_lines(line_id)';
COMMENT ON COLUMN erp.production_orders.bom_id IS 'Bill of materials exploded. -> master.bill_of_materials(bom_id)';
COMMENT ON COLUMN erp.production_orders.routing_id IS 'Routing scheduled.';
COMMENT ON COLUMN erp.production_orders.mrp_element_id IS 'Planned order it was converted from; NULL if it was opened by hand.';
COMMENT ON COLUMN erp.production_orders.work_order_id IS 'Order on the shop floor; known when it has been handed over, at the latest at release. -> mes.work_orders(work_order_id)';
COMMENT ON COLUMN erp.production_orders.order_quantity IS 'Quantity ordered [parts].';
COMMENT ON COLUMN erp.production_orders.delivered_quantity IS 'Good parts received into stock so far [parts].';
COMMENT ON COLUMN erp.production_orders.scrap_quantity IS 'Parts scrapped so far [parts].';
COMMENT ON COLUMN erp.production_orders.rework_quantity IS 'Parts set aside for rework so far [parts].';
COMMENT ON COLUMN erp.production_orders.basic_start_date IS 'Start by the planned lead time.';
COMMENT ON COLUMN erp.production_orders.basic_end_date IS 'Date by which planning wants the parts.';
COMMENT ON COLUMN erp.production_orders.scheduled_start_time IS 'Start scheduled by capacity.';
COMMENT ON COLUMN erp.production_orders.scheduled_end_time IS 'End scheduled by capacity.';
COMMENT ON COLUMN erp.production_orders.actual_start_time IS 'Start of setup; known when it starts.';
COMMENT ON COLUMN erp.production_orders.actual_finish_time IS 'Last part; known when it is made.';
COMMENT ON COLUMN erp.production_orders.system_status IS 'created | released | in_process | technically_completed (last part made) | closed (settled).';
COMMENT ON COLUMN erp.production_orders.planned_costs IS 'Order quantity at standard cost [USD].';
COMMENT ON COLUMN erp.production_orders.actual_costs IS 'Material, labour and overhead accrued so far [USD].';
COMMENT ON COLUMN erp.production_orders.delivered_value IS 'Good parts received so far, at standard cost [USD].';
COMMENT ON COLUMN erp.production_orders.scrap_value IS 'Scrapped parts written off so far [USD].';
COMMENT ON COLUMN erp.production_orders.variance_amount IS 'Actual costs less delivered and scrapped value, positive if unfavourable, posted at settlement [USD]; known when closed.';
COMMENT ON COLUMN erp.production_orders.created_by IS 'Planner. -> master.employees(employee_id)';
COMMENT ON COLUMN erp.production_orders.created_at IS 'When the order was opened.';
COMMENT ON COLUMN erp.production_orders.released_by IS 'Who released it; known when released. -> master.employees(employee_id)';
COMMENT ON COLUMN erp.production_orders.released_at IS 'Release; known when released.';
COMMENT ON COLUMN erp.production_orders.closed_at IS 'Settlement; known when closed.';
COMMENT ON COLUMN erp.production_orders.updated_at IS 'Last change of the row.';

CREATE TABLE erp.production_order_components (
    production_order_component_id bigint PRIMARY KEY,
    production_order_id bigint NOT NULL REFERENCES erp.production_orders (production_order_id),
    position smallint NOT NULL CHECK (position > 0),
    bom_component_id bigint NOT NULL,
    material_id integer NOT NULL,
    warehouse_id integer NOT NULL,
    requirement_date date NOT NULL,
    required_quantity numeric(14, 3) NOT NULL CHECK (required_quantity > 0),
    shortage_quantity numeric(14, 3) NOT NULL CHECK (shortage_quantity >= 0),
    withdrawn_quantity numeric(14, 3) NOT NULL CHECK (withdrawn_quantity >= 0),
    unit_of_measure text NOT NULL CHECK (unit_of_measure IN ('kg', 'pcs')),
    is_final_issue boolean NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (production_order_id, position),
    CHECK (shortage_quantity <= required_quantity),
    CHECK (unit_of_measure <> 'pcs' OR required_quantity = trunc(required_quantity)),
    CHECK (created_at <= updated_at)
);
CREATE INDEX production_order_components_material ON erp.production_order_components (material_id, requirement_date);
CREATE INDEX production_order_components_warehouse ON erp.production_order_components (warehouse_id);
CREATE INDEX production_order_components_open ON erp.production_order_components (requirement_date)
    WHERE NOT is_final_issue;
COMMENT ON TABLE erp.production_order_components IS 'Component reserved for a production order (reservation line); one row an order and item of its bill of materials.';
COMMENT ON COLUMN erp.production_order_components.production_order_component_id IS 'Key.';
COMMENT ON COLUMN erp.production_order_components.production_order_id IS 'Production order.';
COMMENT ON COLUMN erp.production_order_components.position IS 'Position on the bill of materials.';
COMMENT ON COLUMN erp.production_order_components.bom_component_id IS 'Item of the bill of materials exploded. -> master.bom_components(bom_component_id)';
COMMENT ON COLUMN erp.production_order_components.material_id IS 'Component. -> master.materials(material_id)';
COMMENT ON COLUMN erp.production_order_components.warehouse_id IS 'Warehouse that supplies the line. -> master.warehouses(warehouse_id)';
COMMENT ON COLUMN erp.production_order_components.requirement_date IS 'Day on which the line needs it, factory-local.';
COMMENT ON COLUMN erp.production_order_components.required_quantity IS 'Order quantity times quantity per part and component scrap [unit_of_measure].';
COMMENT ON COLUMN erp.production_order_components.shortage_quantity IS 'Quantity that was not available at the last availability check; 0 for most [unit_of_measure].';
COMMENT ON COLUMN erp.production_order_components.withdrawn_quantity IS 'Issued less returned so far [unit_of_measure].';
COMMENT ON COLUMN erp.production_order_components.unit_of_measure IS 'Issue unit: kg | pcs.';
COMMENT ON COLUMN erp.production_order_components.is_final_issue IS 'Nothing more is issued; set when the order is technically completed.';
COMMENT ON COLUMN erp.production_order_components.created_at IS 'When it was reserved, with its order.';
COMMENT ON COLUMN erp.production_order_components.updated_at IS 'Last change of the row.';

CREATE TABLE erp.production_order_costs (
    production_order_cost_id bigint PRIMARY KEY,
    production_order_id bigint NOT NULL REFERENCES erp.production_orders (production_order_id),
    work_order_id bigint NOT NULL,
    entry_type text NOT NULL CHECK (entry_type IN ('accrual', 'settlement')),
    cost_hour timestamptz NOT NULL CHECK (extract(epoch FROM cost_hour) % 3600 = 0),
    good_quantity integer NOT NULL CHECK (good_quantity >= 0),
    scrap_quantity integer NOT NULL CHECK (scrap_quantity >= 0),
    labor_hours numeric(10, 4) NOT NULL CHECK (labor_hours >= 0),
    machine_hours numeric(10, 4) NOT NULL CHECK (machine_hours >= 0),
    material_cost numeric(14, 2) NOT NULL,
    labor_cost numeric(14, 2) NOT NULL CHECK (labor_cost >= 0),
    overhead_cost numeric(14, 2) NOT NULL CHECK (overhead_cost >= 0),
    receipt_value numeric(14, 2) NOT NULL CHECK (receipt_value >= 0),
    scrap_value numeric(14, 2) NOT NULL CHECK (scrap_value >= 0),
    variance_amount numeric(14, 2),
    journal_entry_id bigint REFERENCES erp.journal_entries (journal_entry_id),
    created_at timestamptz NOT NULL,
    UNIQUE (production_order_id, cost_hour, entry_type),
    CHECK (cost_hour < created_at),
    CHECK ((entry_type = 'settlement') = (variance_amount IS NOT NULL)),
    CHECK (entry_type = 'accrual' OR (good_quantity = 0 AND scrap_quantity = 0 AND labor_hours = 0 AND
        machine_hours = 0 AND material_cost = 0 AND labor_cost = 0 AND overhead_cost = 0 AND receipt_value = 0 AND
        scrap_value = 0)),
    CHECK (journal_entry_id IS NOT NULL OR (material_cost = 0 AND labor_cost = 0 AND overhead_cost = 0 AND
        receipt_value = 0 AND scrap_value = 0 AND coalesce(variance_amount, 0) = 0))
);
CREATE INDEX production_order_costs_hour ON erp.production_order_costs (cost_hour);
CREATE INDEX production_order_costs_work_order ON erp.production_order_costs (work_order_id);
CREATE INDEX production_order_costs_journal_entry ON erp.production_order_costs (journal_entry_id)
    WHERE journal_entry_id IS NOT NULL;
COMMENT ON TABLE erp.production_order_costs IS 'Cost of a production order in one hour, recorded five minutes after it; and one settlement row that clears what is left in work in process. Receipts, scrap and variance are credits: over all rows of a settled order the costs equal them.';
COMMENT ON COLUMN erp.production_order_costs.production_order_cost_id IS 'Key: line, day, sequence.';
COMMENT ON COLUMN erp.production_order_costs.production_order_id IS 'Production order.';
COMMENT ON COLUMN erp.production_order_costs.work_order_id IS 'Order on the shop floor. -> mes.work_orders(work_order_id)';
COMMENT ON COLUMN erp.production_order_costs.entry_type IS 'accrual (an hour) | settlement (last row of the order).';
COMMENT ON COLUMN erp.production_order_costs.cost_hour IS 'Start of the hour, UTC.';
COMMENT ON COLUMN erp.production_order_costs.good_quantity IS 'Good parts received in the hour [parts].';
COMMENT ON COLUMN erp.production_order_costs.scrap_quantity IS 'Parts scrapped in the hour [parts].';
COMMENT ON COLUMN erp.production_order_costs.labor_hours IS 'Hours booked by operators and charged in the hour.';
COMMENT ON COLUMN erp.production_order_costs.machine_hours IS 'Machine hours charged in the hour.';
COMMENT ON COLUMN erp.production_order_costs.material_cost IS 'Components issued less returned, at standard cost; negative in an hour of returns [USD].';
COMMENT ON COLUMN erp.production_order_costs.labor_cost IS 'Hours of operators at their rate [USD].';
COMMENT ON COLUMN erp.production_order_costs.overhead_cost IS 'Machine hours at the rate of the work centre [USD].';
COMMENT ON COLUMN erp.production_order_costs.receipt_value IS 'Good parts received, at standard cost [USD].';
COMMENT ON COLUMN erp.production_order_costs.scrap_value IS 'Scrapped parts written off [USD].';
COMMENT ON COLUMN erp.production_order_costs.variance_amount IS 'Rest of the order posted as production variance, positive if unfavourable; the settlement only, NULL otherwise [USD].';
COMMENT ON COLUMN erp.production_order_costs.journal_entry_id IS 'Posting; NULL if nothing was to be posted, as in a settlement without variance.';
COMMENT ON COLUMN erp.production_order_costs.created_at IS 'When it was recorded.';

-- Purchasing.
CREATE TABLE erp.supplier_quotations (
    supplier_quotation_id bigint PRIMARY KEY,
    rfq_response_line_id bigint NOT NULL UNIQUE,
    supplier_id integer NOT NULL,
    material_id integer NOT NULL,
    quotation_date date NOT NULL,
    valid_until date NOT NULL,
    quoted_quantity numeric(14, 3) NOT NULL CHECK (quoted_quantity > 0),
    unit_of_measure text NOT NULL CHECK (unit_of_measure IN ('kg', 'pcs')),
    unit_price numeric(14, 2) NOT NULL CHECK (unit_price > 0),
    price_unit smallint NOT NULL CHECK (price_unit IN (1, 100, 1000)),
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    minimum_order_quantity integer NOT NULL CHECK (minimum_order_quantity > 0),
    lead_time_days smallint NOT NULL CHECK (lead_time_days > 0),
    award_status text NOT NULL CHECK (award_status IN ('pending', 'awarded', 'lost')),
    awarded_at timestamptz,
    idempotency_key text NOT NULL UNIQUE,
    version integer NOT NULL CHECK (version > 0),
    batch_id bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (quotation_date <= valid_until),
    CHECK ((award_status = 'awarded') = (awarded_at IS NOT NULL)),
    CHECK (awarded_at <= updated_at),
    CHECK (created_at <= updated_at)
);
CREATE INDEX supplier_quotations_material ON erp.supplier_quotations (material_id, quotation_date);
CREATE INDEX supplier_quotations_supplier ON erp.supplier_quotations (supplier_id, quotation_date);
CREATE INDEX supplier_quotations_batch ON erp.supplier_quotations (batch_id);
COMMENT ON TABLE erp.supplier_quotations IS 'Line of a supplier''s bid, copied from the supplier portal: one row a line of a response received in time. Written by flow: RFQ responses to ERP.';
COMMENT ON COLUMN erp.supplier_quotations.supplier_quotation_id IS 'Key.';
COMMENT ON COLUMN erp.supplier_quotations.rfq_response_line_id IS 'Line of the bid. -> supplier.rfq_response_lines(rfq_response_line_id)';
COMMENT ON COLUMN erp.supplier_quotations.supplier_id IS 'Bidder. -> master.suppliers(supplier_id)';
COMMENT ON COLUMN erp.supplier_quotations.material_id IS 'Material. -> master.materials(material_id)';
COMMENT ON COLUMN erp.supplier_quotations.quotation_date IS 'Date of the bid.';
COMMENT ON COLUMN erp.supplier_quotations.valid_until IS 'Last day on which the price holds.';
COMMENT ON COLUMN erp.supplier_quotations.quoted_quantity IS 'Quantity quoted for [unit_of_measure].';
COMMENT ON COLUMN erp.supplier_quotations.unit_of_measure IS 'Base unit of the material: kg | pcs.';
COMMENT ON COLUMN erp.supplier_quotations.unit_price IS 'Price of price_unit units of measure [currency].';
COMMENT ON COLUMN erp.supplier_quotations.price_unit IS 'Quantity the price is for [unit_of_measure].';
COMMENT ON COLUMN erp.supplier_quotations.currency IS 'Currency of the price, ISO 4217.';
COMMENT ON COLUMN erp.supplier_quotations.minimum_order_quantity IS 'Smallest order at this price [unit_of_measure].';
COMMENT ON COLUMN erp.supplier_quotations.lead_time_days IS 'Lead time offered, calendar days.';
COMMENT ON COLUMN erp.supplier_quotations.award_status IS 'pending (being evaluated) | awarded (one of each line asked for) | lost.';
COMMENT ON COLUMN erp.supplier_quotations.awarded_at IS 'When it was awarded; NULL otherwise.';
COMMENT ON COLUMN erp.supplier_quotations.idempotency_key IS 'Hash of flow, source row and version applied; a second delivery finds it taken.';
COMMENT ON COLUMN erp.supplier_quotations.version IS 'Version of the source row applied, from 1; the highest one wins.';
COMMENT ON COLUMN erp.supplier_quotations.batch_id IS 'Batch that delivered the version.';
COMMENT ON COLUMN erp.supplier_quotations.created_at IS 'When the first version was applied, simulated time.';
COMMENT ON COLUMN erp.supplier_quotations.updated_at IS 'Last change of the row.';

CREATE TABLE erp.purchase_requisitions (
    purchase_requisition_id bigint PRIMARY KEY,
    requisition_number text NOT NULL UNIQUE CHECK (requisition_number ~ '^PR-F[0-9]+-[0-9]{8}-[0-9]{2,}$'),
    source_type text NOT NULL CHECK (source_type IN ('mrp', 'self_service')),
    mrp_run_id bigint REFERENCES erp.mrp_runs (mrp_run_id),
    source_document_id bigint UNIQUE,
    plant_id integer NOT NULL,
    requisition_date date NOT NULL,
    required_date date NOT NULL,
    requester_id integer NOT NULL,
    cost_center_id integer REFERENCES erp.cost_centers (cost_center_id),
    priority text NOT NULL CHECK (priority IN ('normal', 'high', 'urgent')),
    estimated_total numeric(14, 2) NOT NULL CHECK (estimated_total > 0),
    overall_status text NOT NULL CHECK (overall_status IN
        ('created', 'approved', 'partially_ordered', 'ordered', 'cancelled')),
    approved_by integer,
    approved_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (num_nonnulls(mrp_run_id, source_document_id) = 1),
    CHECK ((source_type = 'mrp') = (mrp_run_id IS NOT NULL)),
    CHECK ((source_type = 'self_service') = (cost_center_id IS NOT NULL)),
    CHECK (requisition_date <= required_date),
    CHECK (created_at <= approved_at),
    CHECK ((approved_at IS NULL) = (approved_by IS NULL)),
    CHECK (overall_status <> 'created' OR approved_at IS NULL),
    CHECK (overall_status IN ('created', 'cancelled') OR approved_at IS NOT NULL),
    CHECK (created_at <= updated_at)
);
CREATE INDEX purchase_requisitions_plant ON erp.purchase_requisitions (plant_id, requisition_date);
CREATE INDEX purchase_requisitions_requester ON erp.purchase_requisitions (requester_id);
CREATE INDEX purchase_requisitions_open ON erp.purchase_requisitions (required_date)
    WHERE overall_status NOT IN ('ordered', 'cancelled');
CREATE INDEX purchase_requisitions_mrp_run ON erp.purchase_requisitions (mrp_run_id) WHERE mrp_run_id IS NOT NULL;
CREATE INDEX purchase_requisitions_cost_center ON erp.purchase_requisitions (cost_center_id)
    WHERE cost_center_id IS NOT NULL;
COMMENT ON TABLE erp.purchase_requisitions IS 'Purchase requisition: demand handed to purchasing by planning, or by an approved request of an employee.';
COMMENT ON COLUMN erp.purchase_requisitions.purchase_requisition_id IS 'Key: plant, date, sequence.';
COMMENT ON COLUMN erp.purchase_requisitions.requisition_number IS 'Readable number: PR-F<plant>-<yyyymmdd>-<sequence>.';
COMMENT ON COLUMN erp.purchase_requisitions.source_type IS 'mrp (planning run) | self_service (request of an employee).';
COMMENT ON COLUMN erp.purchase_requisitions.mrp_run_id IS 'Planning run; NULL for self-service.';
COMMENT ON COLUMN erp.purchase_requisitions.source_document_id IS 'Request approved in self-service; NULL for planning. -> supplier.purchase_requisitions(purchase_requisition_id)';
COMMENT ON COLUMN erp.purchase_requisitions.plant_id IS 'Plant supplied. -> master.factories(factory_id)';
COMMENT ON COLUMN erp.purchase_requisitions.requisition_date IS 'Date of the requisition.';
COMMENT ON COLUMN erp.purchase_requisitions.required_date IS 'Earliest delivery date of its lines.';
COMMENT ON COLUMN erp.purchase_requisitions.requester_id IS 'Who needs it: the planner of the run, or the employee. -> master.employees(employee_id)';
COMMENT ON COLUMN erp.purchase_requisitions.cost_center_id IS 'Cost centre whose budget was checked; NULL for planning.';
COMMENT ON COLUMN erp.purchase_requisitions.priority IS 'normal | high | urgent (required within the lead time).';
COMMENT ON COLUMN erp.purchase_requisitions.estimated_total IS 'Sum of the estimated totals of the lines [USD].';
COMMENT ON COLUMN erp.purchase_requisitions.overall_status IS 'created | approved | partially_ordered | ordered | cancelled.';
COMMENT ON COLUMN erp.purchase_requisitions.approved_by IS 'Buyer who approved it; known when approved. -> master.employees(employee_id)';
COMMENT ON COLUMN erp.purchase_requisitions.approved_at IS 'When it was approved; known then.';
COMMENT ON COLUMN erp.purchase_requisitions.created_at IS 'When it was entered.';
COMMENT ON COLUMN erp.purchase_requisitions.updated_at IS 'Last change of the row.';

CREATE TABLE erp.purchase_requisition_lines (
    purchase_requisition_line_id bigint PRIMARY KEY,
    purchase_requisition_id bigint NOT NULL REFERENCES erp.purchase_requisitions (purchase_requisition_id),
    line_number smallint NOT NULL CHECK (line_number > 0),
    material_id integer,
    mro_part_id integer,
    item_description text NOT NULL,
    mrp_element_id bigint REFERENCES erp.mrp_elements (mrp_element_id),
    quantity numeric(14, 3) NOT NULL CHECK (quantity > 0),
    unit_of_measure text NOT NULL CHECK (unit_of_measure IN ('kg', 'pcs', 'l', 'm', 'h')),
    delivery_date date NOT NULL,
    estimated_price numeric(14, 2) NOT NULL CHECK (estimated_price > 0),
    estimated_total numeric(14, 2) NOT NULL,
    assigned_supplier_id integer,
    supplier_quotation_id bigint REFERENCES erp.supplier_quotations (supplier_quotation_id),
    assigned_price numeric(14, 2) CHECK (assigned_price > 0),
    price_unit smallint CHECK (price_unit IN (1, 100, 1000)),
    currency text CHECK (currency ~ '^[A-Z]{3}$'),
    ordered_quantity numeric(14, 3) NOT NULL CHECK (ordered_quantity >= 0),
    line_status text NOT NULL CHECK (line_status IN ('open', 'assigned', 'ordered', 'cancelled')),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (purchase_requisition_id, line_number),
    CHECK (num_nonnulls(material_id, mro_part_id) <= 1),
    CHECK (material_id IS NULL OR unit_of_measure IN ('kg', 'pcs')),
    CHECK (mrp_element_id IS NULL OR material_id IS NOT NULL),
    CHECK (supplier_quotation_id IS NULL OR material_id IS NOT NULL),
    CHECK (estimated_total = round(quantity * estimated_price, 2)),
    CHECK (num_nonnulls(assigned_supplier_id, assigned_price, price_unit, currency) IN (0, 4)),
    CHECK (supplier_quotation_id IS NULL OR assigned_supplier_id IS NOT NULL),
    CHECK (line_status <> 'open' OR assigned_supplier_id IS NULL),
    CHECK (line_status NOT IN ('assigned', 'ordered') OR assigned_supplier_id IS NOT NULL),
    CHECK ((line_status = 'ordered') = (ordered_quantity > 0)),
    CHECK (created_at <= updated_at)
);
CREATE INDEX purchase_requisition_lines_material ON erp.purchase_requisition_lines (material_id, delivery_date);
CREATE INDEX purchase_requisition_lines_assigned_supplier ON erp.purchase_requisition_lines (assigned_supplier_id)
    WHERE assigned_supplier_id IS NOT NULL;
CREATE INDEX purchase_requisition_lines_mrp_element ON erp.purchase_requisition_lines (mrp_element_id)
    WHERE mrp_element_id IS NOT NULL;
CREATE INDEX purchase_requisition_lines_supplier_quotation ON erp.purchase_requisition_lines (supplier_quotation_id)
    WHERE supplier_quotation_id IS NOT NULL;
COMMENT ON TABLE erp.purchase_requisition_lines IS 'Line of a purchase requisition: one item for one date, with the source assigned to it.';
COMMENT ON COLUMN erp.purchase_requisition_lines.purchase_requisition_line_id IS 'Key.';
COMMENT ON COLUMN erp.purchase_requisition_lines.purchase_requisition_id IS 'Requisition.';
COMMENT ON COLUMN erp.purchase_requisition_lines.line_number IS 'Position: 10, 20, 30 and so on.';
COMMENT ON COLUMN erp.purchase_requisition_lines.material_id IS 'Material; NULL for other items. -> master.materials(material_id)';
COMMENT ON COLUMN erp.purchase_requisition_lines.mro_part_id IS 'Spare part; NULL for other items. -> cmms.mro_parts(mro_part_id)';
COMMENT ON COLUMN erp.purchase_requisition_lines.item_description IS 'What is required; all there is for tools and services, which are charged to the cost centre of the requisition.';
COMMENT ON COLUMN erp.purchase_requisition_lines.mrp_element_id IS 'Planned order it covers; NULL for self-service.';
COMMENT ON COLUMN erp.purchase_requisition_lines.quantity IS 'Quantity required [unit_of_measure].';
COMMENT ON COLUMN erp.purchase_requisition_lines.unit_of_measure IS 'Unit, of a material its base unit: kg | pcs | l | m | h (services).';
COMMENT ON COLUMN erp.purchase_requisition_lines.delivery_date IS 'Date required.';
COMMENT ON COLUMN erp.purchase_requisition_lines.estimated_price IS 'Standard cost at entry, of other items the last price or the requester''s estimate [USD per unit_of_measure].';
COMMENT ON COLUMN erp.purchase_requisition_lines.estimated_total IS 'Quantity at the estimated price [USD].';
COMMENT ON COLUMN erp.purchase_requisition_lines.assigned_supplier_id IS 'Source assigned; known when assigned. -> master.suppliers(supplier_id)';
COMMENT ON COLUMN erp.purchase_requisition_lines.supplier_quotation_id IS 'Awarded quotation the source rests on; NULL where the approved source was taken, about 9 in 10.';
COMMENT ON COLUMN erp.purchase_requisition_lines.assigned_price IS 'Price of the source for price_unit units of measure; known when assigned [currency].';
COMMENT ON COLUMN erp.purchase_requisition_lines.price_unit IS 'Quantity the assigned price is for [unit_of_measure]; known when assigned.';
COMMENT ON COLUMN erp.purchase_requisition_lines.currency IS 'Currency of the assigned price, ISO 4217; known when assigned.';
COMMENT ON COLUMN erp.purchase_requisition_lines.ordered_quantity IS 'Quantity on purchase orders so far, rounded up to the lot size [unit_of_measure].';
COMMENT ON COLUMN erp.purchase_requisition_lines.line_status IS 'open | assigned (source known) | ordered | cancelled.';
COMMENT ON COLUMN erp.purchase_requisition_lines.created_at IS 'When it was entered.';
COMMENT ON COLUMN erp.purchase_requisition_lines.updated_at IS 'Last change of the row.';

CREATE TABLE erp.purchase_orders (
    purchase_order_id bigint PRIMARY KEY,
    po_number text NOT NULL UNIQUE CHECK (po_number ~ '^PO-S[0-9]+-[0-9]{8}-[0-9]{2,}$'),
    supplier_id integer NOT NULL,
    company_id integer NOT NULL,
    plant_id integer NOT NULL,
    po_date date NOT NULL,
    po_type text NOT NULL CHECK (po_type IN ('standard', 'contract_release')),
    supplier_contract_id integer,
    version smallint NOT NULL CHECK (version > 0),
    payment_terms_days smallint NOT NULL CHECK (payment_terms_days > 0),
    incoterms text NOT NULL CHECK (incoterms IN ('EXW', 'FCA', 'DAP', 'DDP')),
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    exchange_rate_usd numeric(18, 8) NOT NULL CHECK (exchange_rate_usd > 0),
    total_net_value numeric(14, 2) NOT NULL CHECK (total_net_value >= 0),
    tax_amount numeric(14, 2) NOT NULL CHECK (tax_amount >= 0),
    total_value numeric(14, 2) NOT NULL,
    po_status text NOT NULL CHECK (po_status IN
        ('created', 'released', 'partially_received', 'received', 'closed', 'cancelled')),
    created_by integer NOT NULL,
    created_at timestamptz NOT NULL,
    released_by integer,
    released_at timestamptz,
    closed_at timestamptz,
    updated_at timestamptz NOT NULL,
    CHECK (total_value = total_net_value + tax_amount),
    CHECK (currency <> 'USD' OR exchange_rate_usd = 1),
    CHECK ((po_type = 'contract_release') = (supplier_contract_id IS NOT NULL)),
    CHECK ((released_at IS NULL) = (released_by IS NULL)),
    CHECK (po_status <> 'created' OR released_at IS NULL),
    CHECK (po_status IN ('created', 'cancelled') OR released_at IS NOT NULL),
    CHECK (created_at <= released_at),
    CHECK (released_at < closed_at),
    CHECK ((po_status = 'closed') = (closed_at IS NOT NULL)),
    CHECK (created_at <= updated_at)
);
CREATE INDEX purchase_orders_supplier ON erp.purchase_orders (supplier_id, po_date);
CREATE INDEX purchase_orders_plant ON erp.purchase_orders (plant_id, po_date);
CREATE INDEX purchase_orders_company ON erp.purchase_orders (company_id, po_date);
CREATE INDEX purchase_orders_date ON erp.purchase_orders (po_date);
CREATE INDEX purchase_orders_open ON erp.purchase_orders (po_status, po_date)
    WHERE po_status IN ('created', 'released', 'partially_received', 'received');
COMMENT ON TABLE erp.purchase_orders IS 'Purchase order to a supplier; one row an order, in its latest version.';
COMMENT ON COLUMN erp.purchase_orders.purchase_order_id IS 'Key: supplier, order date, sequence.';
COMMENT ON COLUMN erp.purchase_orders.po_number IS 'Readable number: PO-S<supplier>-<yyyymmdd>-<sequence>.';
COMMENT ON COLUMN erp.purchase_orders.supplier_id IS 'Supplier. -> master.suppliers(supplier_id)';
COMMENT ON COLUMN erp.purchase_orders.company_id IS 'Company that buys. -> master.companies(company_id)';
COMMENT ON COLUMN erp.purchase_orders.plant_id IS 'Plant supplied. -> master.factories(factory_id)';
COMMENT ON COLUMN erp.purchase_orders.po_date IS 'Order date.';
COMMENT ON COLUMN erp.purchase_orders.po_type IS 'standard | contract_release (call-off against a supply contract).';
COMMENT ON COLUMN erp.purchase_orders.supplier_contract_id IS 'Contract called off; contract releases only, NULL otherwise. -> supplier.supplier_contracts(supplier_contract_id)';
COMMENT ON COLUMN erp.purchase_orders.version IS 'Version sent to the supplier: 1, raised by each change order.';
COMMENT ON COLUMN erp.purchase_orders.payment_terms_days IS 'Payment terms, days net from the invoice date.';
COMMENT ON COLUMN erp.purchase_orders.incoterms IS 'Delivery terms, Incoterms 2020.';
COMMENT ON COLUMN erp.purchase_orders.currency IS 'Currency of the order, ISO 4217.';
COMMENT ON COLUMN erp.purchase_orders.exchange_rate_usd IS 'Rate of the order date, at which its receipts are booked [USD per unit].';
COMMENT ON COLUMN erp.purchase_orders.total_net_value IS 'Sum of the net values of the lines that are not cancelled [currency].';
COMMENT ON COLUMN erp.purchase_orders.tax_amount IS 'Sum of the taxes of the lines that are not cancelled [currency].';
COMMENT ON COLUMN erp.purchase_orders.total_value IS 'Net value plus tax [currency].';
COMMENT ON COLUMN erp.purchase_orders.po_status IS 'created | released (sent to the supplier) | partially_received | received | closed (received and invoiced) | cancelled.';
COMMENT ON COLUMN erp.purchase_orders.created_by IS 'Buyer. -> master.employees(employee_id)';
COMMENT ON COLUMN erp.purchase_orders.created_at IS 'When it was entered.';
COMMENT ON COLUMN erp.purchase_orders.released_by IS 'Who released it; known when released. -> master.employees(employee_id)';
COMMENT ON COLUMN erp.purchase_orders.released_at IS 'Release; known when released.';
COMMENT ON COLUMN erp.purchase_orders.closed_at IS 'When it was closed; known then.';
COMMENT ON COLUMN erp.purchase_orders.updated_at IS 'Last change of the row.';

CREATE TABLE erp.purchase_order_lines (
    purchase_order_line_id bigint PRIMARY KEY,
    purchase_order_id bigint NOT NULL REFERENCES erp.purchase_orders (purchase_order_id),
    line_number smallint NOT NULL CHECK (line_number > 0),
    purchase_requisition_line_id bigint NOT NULL
        REFERENCES erp.purchase_requisition_lines (purchase_requisition_line_id),
    supplier_quotation_id bigint REFERENCES erp.supplier_quotations (supplier_quotation_id),
    material_id integer,
    mro_part_id integer,
    cost_center_id integer REFERENCES erp.cost_centers (cost_center_id),
    item_description text NOT NULL,
    warehouse_id integer NOT NULL,
    order_quantity numeric(14, 3) NOT NULL CHECK (order_quantity > 0),
    received_quantity numeric(14, 3) NOT NULL CHECK (received_quantity >= 0),
    invoiced_quantity numeric(14, 3) NOT NULL CHECK (invoiced_quantity >= 0),
    unit_of_measure text NOT NULL CHECK (unit_of_measure IN ('kg', 'pcs', 'l', 'm', 'h')),
    unit_price numeric(14, 2) NOT NULL CHECK (unit_price > 0),
    price_unit smallint NOT NULL CHECK (price_unit IN (1, 100, 1000)),
    net_value numeric(14, 2) NOT NULL,
    tax_code text NOT NULL CHECK (tax_code IN ('domestic', 'import')),
    tax_rate_percentage numeric(5, 2) NOT NULL CHECK (tax_rate_percentage BETWEEN 0 AND 30),
    tax_amount numeric(14, 2) NOT NULL,
    delivery_date date NOT NULL,
    confirmed_delivery_date date,
    overdelivery_tolerance_percentage numeric(5, 2) NOT NULL
        CHECK (overdelivery_tolerance_percentage BETWEEN 0 AND 20),
    quality_inspection_required boolean NOT NULL,
    line_status text NOT NULL CHECK (line_status IN ('open', 'partially_received', 'received', 'closed', 'cancelled')),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (purchase_order_id, line_number),
    CHECK (num_nonnulls(material_id, mro_part_id, cost_center_id) = 1),
    CHECK (material_id IS NULL OR unit_of_measure IN ('kg', 'pcs')),
    CHECK (supplier_quotation_id IS NULL OR material_id IS NOT NULL),
    CHECK (material_id IS NOT NULL OR NOT quality_inspection_required),
    CHECK (net_value = round(order_quantity * unit_price / price_unit, 2)),
    CHECK (tax_amount = round(net_value * tax_rate_percentage / 100, 2)),
    CHECK (tax_code = 'domestic' OR tax_rate_percentage = 0),
    CHECK (received_quantity <= order_quantity * (100 + overdelivery_tolerance_percentage) / 100),
    CHECK ((line_status IN ('open', 'cancelled')) = (received_quantity = 0)),
    CHECK (line_status <> 'closed' OR invoiced_quantity > 0),
    CHECK (created_at <= updated_at)
);
CREATE INDEX purchase_order_lines_material ON erp.purchase_order_lines (material_id, delivery_date);
CREATE INDEX purchase_order_lines_mro_part ON erp.purchase_order_lines (mro_part_id) WHERE mro_part_id IS NOT NULL;
CREATE INDEX purchase_order_lines_warehouse ON erp.purchase_order_lines (warehouse_id);
CREATE INDEX purchase_order_lines_open ON erp.purchase_order_lines (delivery_date)
    WHERE line_status IN ('open', 'partially_received');
CREATE INDEX purchase_order_lines_purchase_requisition_line
    ON erp.purchase_order_lines (purchase_requisition_line_id);
CREATE INDEX purchase_order_lines_supplier_quotation ON erp.purchase_order_lines (supplier_quotation_id)
    WHERE supplier_quotation_id IS NOT NULL;
CREATE INDEX purchase_order_lines_cost_center ON erp.purchase_order_lines (cost_center_id)
    WHERE cost_center_id IS NOT NULL;
COMMENT ON TABLE erp.purchase_order_lines IS 'Line of a purchase order: one item for one date. Money is in the currency of the order.';
COMMENT ON COLUMN erp.purchase_order_lines.purchase_order_line_id IS 'Key.';
COMMENT ON COLUMN erp.purchase_order_lines.purchase_order_id IS 'Purchase order.';
COMMENT ON COLUMN erp.purchase_order_lines.line_number IS 'Position: 10, 20, 30 and so on.';
COMMENT ON COLUMN erp.purchase_order_lines.purchase_requisition_line_id IS 'Requisition line ordered.';
COMMENT ON COLUMN erp.purchase_order_lines.supplier_quotation_id IS 'Awarded quotation the price comes from; NULL where it is the approved source''s or the contract''s.';
COMMENT ON COLUMN erp.purchase_order_lines.material_id IS 'Material; NULL for other items. -> master.materials(material_id)';
COMMENT ON COLUMN erp.purchase_order_lines.mro_part_id IS 'Spare part; NULL for other items. -> cmms.mro_parts(mro_part_id)';
COMMENT ON COLUMN erp.purchase_order_lines.cost_center_id IS 'Cost centre charged for a tool or service, which has no number; NULL for materials and spare parts.';
COMMENT ON COLUMN erp.purchase_order_lines.item_description IS 'What is ordered.';
COMMENT ON COLUMN erp.purchase_order_lines.warehouse_id IS 'Warehouse that receives. -> master.warehouses(warehouse_id)';
COMMENT ON COLUMN erp.purchase_order_lines.order_quantity IS 'Quantity ordered [unit_of_measure].';
COMMENT ON COLUMN erp.purchase_order_lines.received_quantity IS 'Quantity received so far [unit_of_measure].';
COMMENT ON COLUMN erp.purchase_order_lines.invoiced_quantity IS 'Quantity invoiced so far; may run ahead of the receipt [unit_of_measure].';
COMMENT ON COLUMN erp.purchase_order_lines.unit_of_measure IS 'Unit, of a material its base unit: kg | pcs | l | m | h (services).';
COMMENT ON COLUMN erp.purchase_order_lines.unit_price IS 'Price of price_unit units of measure [currency].';
COMMENT ON COLUMN erp.purchase_order_lines.price_unit IS 'Quantity the price is for [unit_of_measure].';
COMMENT ON COLUMN erp.purchase_order_lines.net_value IS 'Order quantity at the price [currency].';
COMMENT ON COLUMN erp.purchase_order_lines.tax_code IS 'domestic (taxed) | import (no tax on the invoice).';
COMMENT ON COLUMN erp.purchase_order_lines.tax_rate_percentage IS 'Tax rate; 0 for imports.';
COMMENT ON COLUMN erp.purchase_order_lines.tax_amount IS 'Tax on the net value [currency].';
COMMENT ON COLUMN erp.purchase_order_lines.delivery_date IS 'Date requested.';
COMMENT ON COLUMN erp.purchase_order_lines.confirmed_delivery_date IS 'Date promised by the supplier; known when acknowledged.';
COMMENT ON COLUMN erp.purchase_order_lines.overdelivery_tolerance_percentage IS 'Receipts beyond the order quantity accepted up to it.';
COMMENT ON COLUMN erp.purchase_order_lines.quality_inspection_required IS 'Receipts go to inspection stock.';
COMMENT ON COLUMN erp.purchase_order_lines.line_status IS 'open | partially_received | received (in full, within tolerance) | closed (invoiced too) | cancelled.';
COMMENT ON COLUMN erp.purchase_order_lines.created_at IS 'When it was entered.';
COMMENT ON COLUMN erp.purchase_order_lines.updated_at IS 'Last change of the row.';

CREATE TABLE erp.journal_entry_lines (
    journal_entry_line_id bigint PRIMARY KEY,
    journal_entry_id bigint NOT NULL REFERENCES erp.journal_entries (journal_entry_id),
    line_number smallint NOT NULL CHECK (line_number > 0),
    gl_account_id integer NOT NULL REFERENCES erp.general_ledger (gl_account_id),
    gl_posting_rule_id integer NOT NULL,
    debit_amount numeric(14, 2) NOT NULL CHECK (debit_amount >= 0),
    credit_amount numeric(14, 2) NOT NULL CHECK (credit_amount >= 0),
    debit_usd numeric(14, 2) NOT NULL CHECK (debit_usd >= 0),
    credit_usd numeric(14, 2) NOT NULL CHECK (credit_usd >= 0),
    cost_center_id integer REFERENCES erp.cost_centers (cost_center_id),
    customer_id integer,
    supplier_id integer,
    purchase_order_line_id bigint REFERENCES erp.purchase_order_lines (purchase_order_line_id),
    production_order_id bigint REFERENCES erp.production_orders (production_order_id),
    maintenance_work_order_id bigint,
    material_id integer,
    product_id integer,
    created_at timestamptz NOT NULL,
    UNIQUE (journal_entry_id, line_number),
    CHECK (debit_amount + debit_usd = 0 OR credit_amount + credit_usd = 0),
    CHECK (debit_amount + debit_usd + credit_amount + credit_usd > 0),
    CHECK (num_nonnulls(customer_id, supplier_id) <= 1),
    CHECK (num_nonnulls(material_id, product_id) <= 1)
);
CREATE INDEX journal_entry_lines_account ON erp.journal_entry_lines (gl_account_id, created_at);
CREATE INDEX journal_entry_lines_rule ON erp.journal_entry_lines (gl_posting_rule_id);
CREATE INDEX journal_entry_lines_customer ON erp.journal_entry_lines (customer_id) WHERE customer_id IS NOT NULL;
CREATE INDEX journal_entry_lines_supplier ON erp.journal_entry_lines (supplier_id) WHERE supplier_id IS NOT NULL;
CREATE INDEX journal_entry_lines_maintenance_work_order ON erp.journal_entry_lines (maintenance_work_order_id)
    WHERE maintenance_work_order_id IS NOT NULL;
CREATE INDEX journal_entry_lines_cost_center ON erp.journal_entry_lines (cost_center_id)
    WHERE cost_center_id IS NOT NULL;
CREATE INDEX journal_entry_lines_purchase_order_line ON erp.journal_entry_lines (purchase_order_line_id)
    WHERE purchase_order_line_id IS NOT NULL;
CREATE INDEX journal_entry_lines_production_order ON erp.journal_entry_lines (production_order_id)
    WHERE production_order_id IS NOT NULL;
COMMENT ON TABLE erp.journal_entry_lines IS 'Debit or credit of an accounting document, in its currency and in USD, with the objects it is charged to. Lines of an exchange difference carry USD alone.';
COMMENT ON COLUMN erp.journal_entry_lines.journal_entry_line_id IS 'Key.';
COMMENT ON COLUMN erp.journal_entry_lines.journal_entry_id IS 'Accounting document.';
COMMENT ON COLUMN erp.journal_entry_lines.line_number IS 'Position, from 1.';
COMMENT ON COLUMN erp.journal_entry_lines.gl_account_id IS 'Account.';
COMMENT ON COLUMN erp.journal_entry_lines.gl_posting_rule_id IS 'Rule that determined the account. -> financial.gl_posting_rules(gl_posting_rule_id)';
COMMENT ON COLUMN erp.journal_entry_lines.debit_amount IS 'Debit [currency]; 0 for a credit.';
COMMENT ON COLUMN erp.journal_entry_lines.credit_amount IS 'Credit [currency]; 0 for a debit.';
COMMENT ON COLUMN erp.journal_entry_lines.debit_usd IS 'Debit, USD.';
COMMENT ON COLUMN erp.journal_entry_lines.credit_usd IS 'Credit, USD.';
COMMENT ON COLUMN erp.journal_entry_lines.cost_center_id IS 'Cost centre charged or credited; NULL on balance-sheet accounts.';
COMMENT ON COLUMN erp.journal_entry_lines.customer_id IS 'Customer; lines on receivables only, NULL otherwise. -> master.customers(customer_id)';
COMMENT ON COLUMN erp.journal_entry_lines.supplier_id IS 'Supplier; lines on payables and on goods received and not invoiced only, NULL otherwise. -> master.suppliers(supplier_id)';
COMMENT ON COLUMN erp.journal_entry_lines.purchase_order_line_id IS 'Purchase order line; lines on goods received and not invoiced and on price variance only, NULL otherwise.';
COMMENT ON COLUMN erp.journal_entry_lines.production_order_id IS 'Production order; lines on work in process, absorption, scrap and production variance only, NULL otherwise.';
COMMENT ON COLUMN erp.journal_entry_lines.maintenance_work_order_id IS 'Maintenance order; lines of maintenance costs only, NULL otherwise. -> cmms.work_orders(maintenance_work_order_id)';
COMMENT ON COLUMN erp.journal_entry_lines.material_id IS 'Purchased item; lines on its stock only, NULL otherwise. -> master.materials(material_id)';
COMMENT ON COLUMN erp.journal_entry_lines.product_id IS 'Product; lines on its stock, cost of goods sold and revenue only, NULL otherwise. -> master.products(product_id)';
COMMENT ON COLUMN erp.journal_entry_lines.created_at IS 'When it was posted, with its document.';

-- Lots, receipts and stock.
CREATE TABLE erp.inventory_lots (
    lot_id bigint PRIMARY KEY,
    lot_number text NOT NULL UNIQUE,
    lot_type text NOT NULL CHECK (lot_type IN ('purchased', 'produced')),
    material_id integer,
    product_id integer,
    goods_receipt_line_id bigint UNIQUE,
    production_order_id bigint UNIQUE REFERENCES erp.production_orders (production_order_id),
    supplier_id integer,
    supplier_lot_number text,
    warehouse_id integer NOT NULL,
    manufacturing_date date NOT NULL,
    expiry_date date,
    received_quantity numeric(14, 3) NOT NULL CHECK (received_quantity >= 0),
    unit_of_measure text NOT NULL CHECK (unit_of_measure IN ('kg', 'pcs')),
    quality_status text NOT NULL CHECK (quality_status IN ('in_inspection', 'released', 'blocked', 'rejected')),
    usage_decision_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (num_nonnulls(material_id, product_id) = 1),
    CHECK ((lot_type = 'purchased') = (material_id IS NOT NULL)),
    CHECK (goods_receipt_line_id IS NULL OR lot_type = 'purchased'),
    CHECK (production_order_id IS NULL OR lot_type = 'produced'),
    CHECK ((lot_type = 'purchased') = (supplier_id IS NOT NULL)),
    CHECK ((lot_type = 'purchased') = (supplier_lot_number IS NOT NULL)),
    CHECK (manufacturing_date <= expiry_date),
    CHECK (quality_status <> 'in_inspection' OR usage_decision_at IS NULL),
    CHECK (quality_status <> 'rejected' OR usage_decision_at IS NOT NULL),
    CHECK (created_at <= usage_decision_at AND usage_decision_at <= updated_at),
    CHECK (created_at <= updated_at)
);
CREATE INDEX inventory_lots_material ON erp.inventory_lots (material_id, created_at) WHERE material_id IS NOT NULL;
CREATE INDEX inventory_lots_product ON erp.inventory_lots (product_id, created_at) WHERE product_id IS NOT NULL;
CREATE INDEX inventory_lots_supplier ON erp.inventory_lots (supplier_id, supplier_lot_number)
    WHERE supplier_id IS NOT NULL;
CREATE INDEX inventory_lots_restricted ON erp.inventory_lots (quality_status) WHERE quality_status <> 'released';
COMMENT ON TABLE erp.inventory_lots IS 'Lot (batch): quantity of an item with one origin; one row a delivery line or a production order.';
COMMENT ON COLUMN erp.inventory_lots.lot_id IS 'Key.';
COMMENT ON COLUMN erp.inventory_lots.lot_number IS 'Lot number on labels; that of a finished lot is the shop-floor order''s.';
COMMENT ON COLUMN erp.inventory_lots.lot_type IS 'purchased | produced.';
COMMENT ON COLUMN erp.inventory_lots.material_id IS 'Purchased item; NULL for a product. -> master.materials(material_id)';
COMMENT ON COLUMN erp.inventory_lots.product_id IS 'Product; NULL for a purchased item. -> master.products(product_id)';
COMMENT ON COLUMN erp.inventory_lots.goods_receipt_line_id IS 'Receipt it came with; purchased lots only, NULL for stock older than the records. -> erp.goods_receipt_lines(goods_receipt_line_id)';
COMMENT ON COLUMN erp.inventory_lots.production_order_id IS 'Order that makes it; produced lots only, NULL for stock older than the records.';
COMMENT ON COLUMN erp.inventory_lots.supplier_id IS 'Supplier; purchased lots only, NULL otherwise. -> master.suppliers(supplier_id)';
COMMENT ON COLUMN erp.inventory_lots.supplier_lot_number IS 'The supplier''s lot; purchased lots only, NULL otherwise.';
COMMENT ON COLUMN erp.inventory_lots.warehouse_id IS 'Warehouse that first received it. -> master.warehouses(warehouse_id)';
COMMENT ON COLUMN erp.inventory_lots.manufacturing_date IS 'Date of manufacture; of a produced lot the production day of its first part.';
COMMENT ON COLUMN erp.inventory_lots.expiry_date IS 'Last day of use; NULL without a shelf life.';
COMMENT ON COLUMN erp.inventory_lots.received_quantity IS 'Quantity received into stock so far [unit_of_measure].';
COMMENT ON COLUMN erp.inventory_lots.unit_of_measure IS 'Base unit of the item: kg | pcs.';
COMMENT ON COLUMN erp.inventory_lots.quality_status IS 'in_inspection | released | blocked (held while a nonconformance is open) | rejected.';
COMMENT ON COLUMN erp.inventory_lots.usage_decision_at IS 'When quality first released or rejected it; known then, NULL for lots that skip inspection.';
COMMENT ON COLUMN erp.inventory_lots.created_at IS 'When the lot was created.';
COMMENT ON COLUMN erp.inventory_lots.updated_at IS 'Last change of the row.';

CREATE TABLE erp.goods_receipts (
    goods_receipt_id bigint PRIMARY KEY,
    gr_number text NOT NULL UNIQUE CHECK (gr_number ~ '^GR-W[0-9]+-[0-9]{8}-[0-9]{2,}$'),
    purchase_order_id bigint NOT NULL REFERENCES erp.purchase_orders (purchase_order_id),
    supplier_id integer NOT NULL,
    warehouse_id integer NOT NULL,
    asn_number text,
    delivery_note text NOT NULL,
    delivery_note_date date NOT NULL,
    arrived_at timestamptz NOT NULL,
    posting_date date NOT NULL,
    line_count smallint NOT NULL CHECK (line_count > 0),
    received_value_usd numeric(16, 2) NOT NULL CHECK (received_value_usd > 0),
    stock_value_usd numeric(16, 2) NOT NULL CHECK (stock_value_usd > 0),
    journal_entry_id bigint NOT NULL UNIQUE REFERENCES erp.journal_entries (journal_entry_id),
    received_by integer NOT NULL,
    created_at timestamptz NOT NULL,
    CHECK (delivery_note_date <= posting_date),
    CHECK (arrived_at <= created_at)
);
CREATE INDEX goods_receipts_supplier ON erp.goods_receipts (supplier_id, posting_date);
CREATE INDEX goods_receipts_warehouse ON erp.goods_receipts (warehouse_id, posting_date);
CREATE INDEX goods_receipts_date ON erp.goods_receipts (posting_date);
CREATE INDEX goods_receipts_asn ON erp.goods_receipts (asn_number) WHERE asn_number IS NOT NULL;
CREATE INDEX goods_receipts_purchase_order ON erp.goods_receipts (purchase_order_id);
COMMENT ON TABLE erp.goods_receipts IS 'Goods receipt: one delivery of a supplier against one purchase order, recorded when it is posted.';
COMMENT ON COLUMN erp.goods_receipts.goods_receipt_id IS 'Key: warehouse, posting date, sequence.';
COMMENT ON COLUMN erp.goods_receipts.gr_number IS 'Readable number: GR-W<warehouse>-<yyyymmdd>-<sequence>.';
COMMENT ON COLUMN erp.goods_receipts.purchase_order_id IS 'Purchase order.';
COMMENT ON COLUMN erp.goods_receipts.supplier_id IS 'Supplier. -> master.suppliers(supplier_id)';
COMMENT ON COLUMN erp.goods_receipts.warehouse_id IS 'Warehouse. -> master.warehouses(warehouse_id)';
COMMENT ON COLUMN erp.goods_receipts.asn_number IS 'Ship notice of the supplier; NULL if it sent none. ~> supplier.advance_ship_notices(asn_number)';
COMMENT ON COLUMN erp.goods_receipts.delivery_note IS 'Delivery note of the supplier.';
COMMENT ON COLUMN erp.goods_receipts.delivery_note_date IS 'Date of the delivery note.';
COMMENT ON COLUMN erp.goods_receipts.arrived_at IS 'When the goods arrived at the dock.';
COMMENT ON COLUMN erp.goods_receipts.posting_date IS 'Date in the books, local to the warehouse.';
COMMENT ON COLUMN erp.goods_receipts.line_count IS 'Number of its lines.';
COMMENT ON COLUMN erp.goods_receipts.received_value_usd IS 'Sum of its lines at the price of the order, credited to goods received and not invoiced, USD.';
COMMENT ON COLUMN erp.goods_receipts.stock_value_usd IS 'Sum of its lines at standard cost, of other items at the price of the order, debited to stock or to a cost centre, USD.';
COMMENT ON COLUMN erp.goods_receipts.journal_entry_id IS 'Posting; the difference of the two values is the purchase price variance.';
COMMENT ON COLUMN erp.goods_receipts.received_by IS 'Warehouse operator. -> master.employees(employee_id)';
COMMENT ON COLUMN erp.goods_receipts.created_at IS 'When it was posted.';

CREATE TABLE erp.goods_receipt_lines (
    goods_receipt_line_id bigint PRIMARY KEY,
    goods_receipt_id bigint NOT NULL REFERENCES erp.goods_receipts (goods_receipt_id),
    line_number smallint NOT NULL CHECK (line_number > 0),
    purchase_order_line_id bigint NOT NULL REFERENCES erp.purchase_order_lines (purchase_order_line_id),
    advance_ship_notice_id bigint,
    material_id integer,
    mro_part_id integer,
    lot_id bigint UNIQUE REFERENCES erp.inventory_lots (lot_id),
    quantity_received numeric(14, 3) NOT NULL CHECK (quantity_received > 0),
    unit_of_measure text NOT NULL CHECK (unit_of_measure IN ('kg', 'pcs', 'l', 'm', 'h')),
    inspection_decision text NOT NULL CHECK (inspection_decision IN ('inspect', 'skip', 'none')),
    received_value_usd numeric(14, 2) NOT NULL CHECK (received_value_usd > 0),
    stock_value_usd numeric(14, 2) NOT NULL CHECK (stock_value_usd > 0),
    is_final_delivery boolean NOT NULL,
    created_at timestamptz NOT NULL,
    UNIQUE (goods_receipt_id, line_number),
    CHECK (num_nonnulls(material_id, mro_part_id) <= 1),
    CHECK (material_id IS NULL OR unit_of_measure IN ('kg', 'pcs')),
    CHECK ((material_id IS NULL) = (lot_id IS NULL)),
    CHECK (material_id IS NOT NULL OR (inspection_decision = 'none' AND stock_value_usd = received_value_usd)),
    CHECK (unit_of_measure <> 'pcs' OR quantity_received = trunc(quantity_received))
);
CREATE INDEX goods_receipt_lines_material ON erp.goods_receipt_lines (material_id, created_at)
    WHERE material_id IS NOT NULL;
CREATE INDEX goods_receipt_lines_mro_part ON erp.goods_receipt_lines (mro_part_id) WHERE mro_part_id IS NOT NULL;
CREATE INDEX goods_receipt_lines_ship_notice ON erp.goods_receipt_lines (advance_ship_notice_id)
    WHERE advance_ship_notice_id IS NOT NULL;
CREATE INDEX goods_receipt_lines_purchase_order_line ON erp.goods_receipt_lines (purchase_order_line_id);
COMMENT ON TABLE erp.goods_receipt_lines IS 'Line of a goods receipt: one material with its lot, or another item.';
COMMENT ON COLUMN erp.goods_receipt_lines.goods_receipt_line_id IS 'Key.';
COMMENT ON COLUMN erp.goods_receipt_lines.goods_receipt_id IS 'Goods receipt.';
COMMENT ON COLUMN erp.goods_receipt_lines.line_number IS 'Position, from 1.';
COMMENT ON COLUMN erp.goods_receipt_lines.purchase_order_line_id IS 'Purchase order line received.';
COMMENT ON COLUMN erp.goods_receipt_lines.advance_ship_notice_id IS 'Line of the ship notice; NULL if the supplier sent none. -> supplier.advance_ship_notices(advance_ship_notice_id)';
COMMENT ON COLUMN erp.goods_receipt_lines.material_id IS 'Material; NULL for other items. -> master.materials(material_id)';
COMMENT ON COLUMN erp.goods_receipt_lines.mro_part_id IS 'Spare part; NULL for other items. -> cmms.mro_parts(mro_part_id)';
COMMENT ON COLUMN erp.goods_receipt_lines.lot_id IS 'Lot created by the line; NULL for other items: maintenance keeps the stock of spare parts, tools and services are used up.';
COMMENT ON COLUMN erp.goods_receipt_lines.quantity_received IS 'Quantity received [unit_of_measure].';
COMMENT ON COLUMN erp.goods_receipt_lines.unit_of_measure IS 'Unit, of a material its base unit: kg | pcs | l | m | h (services).';
COMMENT ON COLUMN erp.goods_receipt_lines.inspection_decision IS 'inspect (to inspection stock) | skip (lot passed by skip-lot) | none (the item needs no inspection).';
COMMENT ON COLUMN erp.goods_receipt_lines.received_value_usd IS 'Quantity at the price and exchange rate of the order, USD.';
COMMENT ON COLUMN erp.goods_receipt_lines.stock_value_usd IS 'Quantity at standard cost, USD; of other items the received value.';
COMMENT ON COLUMN erp.goods_receipt_lines.is_final_delivery IS 'The order line expects nothing more.';
COMMENT ON COLUMN erp.goods_receipt_lines.created_at IS 'When it was posted, with its receipt.';

CREATE TABLE erp.inventory_balances (
    inventory_balance_id bigint PRIMARY KEY,
    material_id integer,
    product_id integer,
    warehouse_id integer NOT NULL,
    storage_location text NOT NULL CHECK (storage_location IN ('GR01', 'QI01', 'RM01', 'FG01', 'SH01')),
    unrestricted_stock numeric(14, 3) NOT NULL CHECK (unrestricted_stock >= 0),
    quality_inspection_stock numeric(14, 3) NOT NULL CHECK (quality_inspection_stock >= 0),
    blocked_stock numeric(14, 3) NOT NULL CHECK (blocked_stock >= 0),
    unit_of_measure text NOT NULL CHECK (unit_of_measure IN ('kg', 'pcs')),
    standard_cost_usd numeric(14, 2) NOT NULL CHECK (standard_cost_usd > 0),
    stock_value_usd numeric(16, 2) NOT NULL,
    abc_indicator text NOT NULL CHECK (abc_indicator IN ('A', 'B', 'C')),
    last_goods_receipt_date date,
    last_goods_issue_date date,
    last_count_date date,
    updated_at timestamptz NOT NULL,
    CHECK (num_nonnulls(material_id, product_id) = 1),
    UNIQUE (material_id, warehouse_id, storage_location),
    UNIQUE (product_id, warehouse_id, storage_location),
    CHECK (stock_value_usd = round((unrestricted_stock + quality_inspection_stock + blocked_stock) *
        standard_cost_usd, 2))
);
CREATE INDEX inventory_balances_warehouse ON erp.inventory_balances (warehouse_id, storage_location);
COMMENT ON TABLE erp.inventory_balances IS 'Stock of an item in a storage location of a warehouse, over all lots; one row an item and location, as of now.';
COMMENT ON COLUMN erp.inventory_balances.inventory_balance_id IS 'Key.';
COMMENT ON COLUMN erp.inventory_balances.material_id IS 'Purchased item; NULL for a product. -> master.materials(material_id)';
COMMENT ON COLUMN erp.inventory_balances.product_id IS 'Product; NULL for a purchased item. -> master.products(product_id)';
COMMENT ON COLUMN erp.inventory_balances.warehouse_id IS 'Warehouse. -> master.warehouses(warehouse_id)';
COMMENT ON COLUMN erp.inventory_balances.storage_location IS 'GR01 goods receipt | QI01 quality hold | RM01 raw materials and components | FG01 finished goods | SH01 shipping.';
COMMENT ON COLUMN erp.inventory_balances.unrestricted_stock IS 'Stock free for use [unit_of_measure].';
COMMENT ON COLUMN erp.inventory_balances.quality_inspection_stock IS 'Stock in inspection [unit_of_measure].';
COMMENT ON COLUMN erp.inventory_balances.blocked_stock IS 'Stock blocked by quality [unit_of_measure].';
COMMENT ON COLUMN erp.inventory_balances.unit_of_measure IS 'Base unit of the item: kg | pcs.';
COMMENT ON COLUMN erp.inventory_balances.standard_cost_usd IS 'Standard cost now valid, USD per unit of measure.';
COMMENT ON COLUMN erp.inventory_balances.stock_value_usd IS 'All stock at standard cost, USD.';
COMMENT ON COLUMN erp.inventory_balances.abc_indicator IS 'Class for cycle counting: A is counted monthly, B quarterly, C yearly.';
COMMENT ON COLUMN erp.inventory_balances.last_goods_receipt_date IS 'Last movement in; NULL if there was none.';
COMMENT ON COLUMN erp.inventory_balances.last_goods_issue_date IS 'Last movement out; NULL if there was none.';
COMMENT ON COLUMN erp.inventory_balances.last_count_date IS 'Last cycle count; NULL if never counted.';
COMMENT ON COLUMN erp.inventory_balances.updated_at IS 'Last change of the row.';

CREATE TABLE erp.inventory_transactions (
    inventory_transaction_id bigint PRIMARY KEY,
    material_document text NOT NULL CHECK (material_document ~ '^MD-[A-Z]+[0-9]+-[0-9]{8}-[0-9]{2,}$'),
    document_item smallint NOT NULL CHECK (document_item > 0),
    movement_type text NOT NULL CHECK (movement_type IN
        ('101', '122', '261', '262', '311', '321', '343', '344', '350', '531', '551', '561', '601', '653', '701',
         '702')),
    movement_time timestamptz NOT NULL,
    posting_date date NOT NULL,
    material_id integer,
    product_id integer,
    lot_id bigint NOT NULL REFERENCES erp.inventory_lots (lot_id),
    warehouse_id integer NOT NULL,
    storage_location text NOT NULL CHECK (storage_location IN ('GR01', 'QI01', 'RM01', 'FG01', 'SH01')),
    stock_type text NOT NULL CHECK (stock_type IN ('unrestricted', 'quality_inspection', 'blocked')),
    quantity numeric(14, 3) NOT NULL CHECK (quantity <> 0),
    unit_of_measure text NOT NULL CHECK (unit_of_measure IN ('kg', 'pcs')),
    unit_cost_usd numeric(14, 2) NOT NULL CHECK (unit_cost_usd > 0),
    amount_usd numeric(14, 2) NOT NULL,
    goods_receipt_line_id bigint REFERENCES erp.goods_receipt_lines (goods_receipt_line_id),
    production_order_id bigint REFERENCES erp.production_orders (production_order_id),
    mes_transaction_id bigint UNIQUE,
    sales_order_line_id bigint REFERENCES erp.sales_order_lines (sales_order_line_id),
    reason_code text CHECK (reason_code IN
        ('nonconforming', 'expired', 'damaged', 'count', 'rework', 'wrong_delivery', 'warranty')),
    journal_entry_id bigint REFERENCES erp.journal_entries (journal_entry_id),
    created_by integer NOT NULL,
    created_at timestamptz NOT NULL,
    CHECK (num_nonnulls(material_id, product_id) = 1),
    UNIQUE (material_document, document_item),
    CHECK (CASE
        WHEN movement_type IN ('101', '262', '531', '561', '653', '701') THEN quantity > 0
        WHEN movement_type IN ('122', '261', '551', '601', '702') THEN quantity < 0
        ELSE true END),
    CHECK (unit_of_measure <> 'pcs' OR quantity = trunc(quantity)),
    CHECK (amount_usd = round(quantity * unit_cost_usd, 2)),
    CHECK (movement_time <= created_at),
    CHECK (movement_type <> '101' OR num_nonnulls(goods_receipt_line_id, production_order_id) = 1),
    CHECK (goods_receipt_line_id IS NULL OR movement_type IN ('101', '122')),
    CHECK (movement_type <> '122' OR goods_receipt_line_id IS NOT NULL),
    CHECK (movement_type NOT IN ('261', '262', '531') OR production_order_id IS NOT NULL),
    CHECK (production_order_id IS NULL OR movement_type IN ('101', '261', '262', '531')),
    CHECK (mes_transaction_id IS NULL OR production_order_id IS NOT NULL),
    CHECK ((movement_type IN ('601', '653')) = (sales_order_line_id IS NOT NULL)),
    CHECK ((movement_type IN ('311', '321', '343', '344', '350', '561')) = (journal_entry_id IS NULL))
);
CREATE INDEX inventory_transactions_material ON erp.inventory_transactions (material_id, posting_date)
    WHERE material_id IS NOT NULL;
CREATE INDEX inventory_transactions_product ON erp.inventory_transactions (product_id, posting_date)
    WHERE product_id IS NOT NULL;
CREATE INDEX inventory_transactions_lot ON erp.inventory_transactions (lot_id, movement_time);
CREATE INDEX inventory_transactions_location
    ON erp.inventory_transactions (warehouse_id, storage_location, posting_date);
CREATE INDEX inventory_transactions_type ON erp.inventory_transactions (movement_type, posting_date);
CREATE INDEX inventory_transactions_goods_receipt_line ON erp.inventory_transactions (goods_receipt_line_id)
    WHERE goods_receipt_line_id IS NOT NULL;
CREATE INDEX inventory_transactions_production_order ON erp.inventory_transactions (production_order_id)
    WHERE production_order_id IS NOT NULL;
CREATE INDEX inventory_transactions_sales_order_line ON erp.inventory_transactions (sales_order_line_id)
    WHERE sales_order_line_id IS NOT NULL;
CREATE INDEX inventory_transactions_journal_entry ON erp.inventory_transactions (journal_entry_id)
    WHERE journal_entry_id IS NOT NULL;
COMMENT ON TABLE erp.inventory_transactions IS 'Line of a material document: the change of one lot in one storage location and stock type. A transfer has two lines that cancel out.';
COMMENT ON COLUMN erp.inventory_transactions.inventory_transaction_id IS 'Key.';
COMMENT ON COLUMN erp.inventory_transactions.material_document IS 'Number of the material document: MD-<letter and number of the entity>-<yyyymmdd>-<sequence>.';
COMMENT ON COLUMN erp.inventory_transactions.document_item IS 'Position in the material document, from 1.';
COMMENT ON COLUMN erp.inventory_transactions.movement_type IS '101 receipt of a purchase or production order | 122 return to the supplier | 261 issue to an order | 262 return from an order | 311 transfer between storage locations | 321 inspection to unrestricted | 343 blocked to unrestricted | 344 unrestricted to blocked | 350 inspection to blocked | 531 receipt of reworked parts | 551 scrapping of stock | 561 opening stock | 601 delivery to a customer | 653 return of a customer | 701 gain by count | 702 loss by count.';
COMMENT ON COLUMN erp.inventory_transactions.movement_time IS 'When the goods moved.';
COMMENT ON COLUMN erp.inventory_transactions.posting_date IS 'Date in the books, local to the warehouse.';
COMMENT ON COLUMN erp.inventory_transactions.material_id IS 'Purchased item; NULL for a product. -> master.materials(material_id)';
COMMENT ON COLUMN erp.inventory_transactions.product_id IS 'Product; NULL for a purchased item. -> master.products(product_id)';
COMMENT ON COLUMN erp.inventory_transactions.lot_id IS 'Lot.';
COMMENT ON COLUMN erp.inventory_transactions.warehouse_id IS 'Warehouse. -> master.warehouses(warehouse_id)';
COMMENT ON COLUMN erp.inventory_transactions.storage_location IS 'Storage location, as in the balances.';
COMMENT ON COLUMN erp.inventory_transactions.stock_type IS 'Stock type changed: unrestricted | quality_inspection | blocked.';
COMMENT ON COLUMN erp.inventory_transactions.quantity IS 'Change of stock: positive in, negative out [unit_of_measure].';
COMMENT ON COLUMN erp.inventory_transactions.unit_of_measure IS 'Base unit of the item: kg | pcs.';
COMMENT ON COLUMN erp.inventory_transactions.unit_cost_usd IS 'Standard cost on the posting date, USD per unit of measure.';
COMMENT ON COLUMN erp.inventory_transactions.amount_usd IS 'Quantity at standard cost, with the sign of the quantity, USD.';
COMMENT ON COLUMN erp.inventory_transactions.goods_receipt_line_id IS 'Receipt line; receipts from and returns to suppliers only, NULL otherwise.';
COMMENT ON COLUMN erp.inventory_transactions.production_order_id IS 'Production order; its issues, returns and receipts only, NULL otherwise.';
COMMENT ON COLUMN erp.inventory_transactions.mes_transaction_id IS 'Movement on the shop floor that this line books; production only, NULL otherwise. -> mes.material_transactions(transaction_id)';
COMMENT ON COLUMN erp.inventory_transactions.sales_order_line_id IS 'Order line; deliveries and returns of customers only, NULL otherwise.';
COMMENT ON COLUMN erp.inventory_transactions.reason_code IS 'Why it was scrapped, returned, blocked or adjusted; NULL for the ordinary flow of goods.';
COMMENT ON COLUMN erp.inventory_transactions.journal_entry_id IS 'Posting; NULL for transfers, changes of stock type and opening stock.';
COMMENT ON COLUMN erp.inventory_transactions.created_by IS 'Who posted it. -> master.employees(employee_id)';
COMMENT ON COLUMN erp.inventory_transactions.created_at IS 'When it was posted; production is booked hourly.';

CREATE TABLE erp.inventory_variance (
    inventory_variance_id bigint PRIMARY KEY,
    variance_number text NOT NULL UNIQUE CHECK (variance_number ~ '^IV-W[0-9]+-[0-9]{8}-[0-9]{2,}$'),
    inventory_balance_id bigint NOT NULL REFERENCES erp.inventory_balances (inventory_balance_id),
    lot_id bigint NOT NULL REFERENCES erp.inventory_lots (lot_id),
    cycle_count_task_id bigint,
    variance_date date NOT NULL,
    book_quantity numeric(14, 3) NOT NULL CHECK (book_quantity >= 0),
    counted_quantity numeric(14, 3) NOT NULL CHECK (counted_quantity >= 0),
    variance_quantity numeric(14, 3) NOT NULL CHECK (variance_quantity <> 0),
    unit_of_measure text NOT NULL CHECK (unit_of_measure IN ('kg', 'pcs')),
    unit_cost_usd numeric(14, 2) NOT NULL CHECK (unit_cost_usd > 0),
    variance_value_usd numeric(14, 2) NOT NULL,
    reason_code text NOT NULL CHECK (reason_code IN
        ('count_error', 'misplaced', 'unrecorded_issue', 'unrecorded_receipt', 'failed_message', 'damage',
         'unknown')),
    variance_status text NOT NULL CHECK (variance_status IN ('open', 'approved', 'posted', 'rejected')),
    decided_by integer,
    decided_at timestamptz,
    inventory_transaction_id bigint UNIQUE REFERENCES erp.inventory_transactions (inventory_transaction_id),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (variance_quantity = counted_quantity - book_quantity),
    CHECK (variance_value_usd = round(variance_quantity * unit_cost_usd, 2)),
    CHECK ((variance_status = 'open') = (decided_at IS NULL)),
    CHECK ((decided_at IS NULL) = (decided_by IS NULL)),
    CHECK ((variance_status = 'posted') = (inventory_transaction_id IS NOT NULL)),
    CHECK (created_at <= decided_at AND decided_at <= updated_at),
    CHECK (created_at <= updated_at)
);
CREATE INDEX inventory_variance_date ON erp.inventory_variance (variance_date);
CREATE INDEX inventory_variance_count_task ON erp.inventory_variance (cycle_count_task_id)
    WHERE cycle_count_task_id IS NOT NULL;
CREATE INDEX inventory_variance_open ON erp.inventory_variance (variance_status, variance_date)
    WHERE variance_status IN ('open', 'approved');
CREATE INDEX inventory_variance_inventory_balance ON erp.inventory_variance (inventory_balance_id);
CREATE INDEX inventory_variance_lot ON erp.inventory_variance (lot_id);
COMMENT ON TABLE erp.inventory_variance IS 'Difference between book and counted stock of one item and location, from finding to posting.';
COMMENT ON COLUMN erp.inventory_variance.inventory_variance_id IS 'Key: warehouse, date, sequence.';
COMMENT ON COLUMN erp.inventory_variance.variance_number IS 'Readable number: IV-W<warehouse>-<yyyymmdd>-<sequence>.';
COMMENT ON COLUMN erp.inventory_variance.inventory_balance_id IS 'Item and storage location.';
COMMENT ON COLUMN erp.inventory_variance.lot_id IS 'Lot.';
COMMENT ON COLUMN erp.inventory_variance.cycle_count_task_id IS 'Count that found it; NULL if the reconciliation with the warehouse system did. -> wms.cycle_count_tasks(cycle_count_task_id)';
COMMENT ON COLUMN erp.inventory_variance.variance_date IS 'Date of the finding, local to the warehouse.';
COMMENT ON COLUMN erp.inventory_variance.book_quantity IS 'Quantity of the lot in the books [unit_of_measure].';
COMMENT ON COLUMN erp.inventory_variance.counted_quantity IS 'Quantity of the lot found [unit_of_measure].';
COMMENT ON COLUMN erp.inventory_variance.variance_quantity IS 'Counted less book quantity [unit_of_measure].';
COMMENT ON COLUMN erp.inventory_variance.unit_of_measure IS 'Base unit of the item: kg | pcs.';
COMMENT ON COLUMN erp.inventory_variance.unit_cost_usd IS 'Standard cost, USD per unit of measure.';
COMMENT ON COLUMN erp.inventory_variance.variance_value_usd IS 'Variance at standard cost, USD.';
COMMENT ON COLUMN erp.inventory_variance.reason_code IS 'Cause found by the investigation; failed_message: lost between the systems.';
COMMENT ON COLUMN erp.inventory_variance.variance_status IS 'open | approved | posted | rejected (the recount agreed with the books).';
COMMENT ON COLUMN erp.inventory_variance.decided_by IS 'Who approved or rejected it; known then. -> master.employees(employee_id)';
COMMENT ON COLUMN erp.inventory_variance.decided_at IS 'When it was approved or rejected; known then.';
COMMENT ON COLUMN erp.inventory_variance.inventory_transaction_id IS 'Movement 701 or 702 that adjusted the books; known when posted.';
COMMENT ON COLUMN erp.inventory_variance.created_at IS 'When it was recorded.';
COMMENT ON COLUMN erp.inventory_variance.updated_at IS 'Last change of the row.';

CREATE TABLE erp.lot_genealogy (
    lot_genealogy_id bigint PRIMARY KEY,
    parent_lot_id bigint NOT NULL REFERENCES erp.inventory_lots (lot_id),
    child_lot_id bigint NOT NULL REFERENCES erp.inventory_lots (lot_id),
    work_order_id bigint NOT NULL,
    production_order_component_id bigint NOT NULL
        REFERENCES erp.production_order_components (production_order_component_id),
    consumed_quantity numeric(14, 3) NOT NULL CHECK (consumed_quantity >= 0),
    unit_of_measure text NOT NULL CHECK (unit_of_measure IN ('kg', 'pcs')),
    first_issued_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (child_lot_id, parent_lot_id),
    CHECK (parent_lot_id <> child_lot_id),
    CHECK (first_issued_at <= created_at),
    CHECK (created_at <= updated_at)
);
CREATE INDEX lot_genealogy_work_order ON erp.lot_genealogy (work_order_id);
CREATE INDEX lot_genealogy_parent_lot ON erp.lot_genealogy (parent_lot_id);
CREATE INDEX lot_genealogy_production_order_component ON erp.lot_genealogy (production_order_component_id);
COMMENT ON TABLE erp.lot_genealogy IS 'Edge of the lot genealogy: a material lot went into a finished lot; one row a pair and order.';
COMMENT ON COLUMN erp.lot_genealogy.lot_genealogy_id IS 'Key.';
COMMENT ON COLUMN erp.lot_genealogy.parent_lot_id IS 'Lot consumed.';
COMMENT ON COLUMN erp.lot_genealogy.child_lot_id IS 'Lot made.';
COMMENT ON COLUMN erp.lot_genealogy.work_order_id IS 'Order on the shop floor that consumed it. -> mes.work_orders(work_order_id)';
COMMENT ON COLUMN erp.lot_genealogy.production_order_component_id IS 'Component of the order that it filled.';
COMMENT ON COLUMN erp.lot_genealogy.consumed_quantity IS 'Issued less returned so far [unit_of_measure].';
COMMENT ON COLUMN erp.lot_genealogy.unit_of_measure IS 'Base unit of the material: kg | pcs.';
COMMENT ON COLUMN erp.lot_genealogy.first_issued_at IS 'First issue of the lot to the order.';
COMMENT ON COLUMN erp.lot_genealogy.created_at IS 'When the edge was recorded.';
COMMENT ON COLUMN erp.lot_genealogy.updated_at IS 'Last change of the row.';

-- Billing and payments.
CREATE TABLE erp.customer_invoices (
    customer_invoice_id bigint PRIMARY KEY,
    invoice_number text NOT NULL UNIQUE CHECK (invoice_number ~ '^(INV|CRN)-C[0-9]+-[0-9]{8}-[0-9]{2,}$'),
    document_type text NOT NULL CHECK (document_type IN ('invoice', 'credit_note')),
    customer_id integer NOT NULL,
    company_id integer NOT NULL,
    sales_order_id bigint NOT NULL REFERENCES erp.sales_orders (sales_order_id),
    shipment_id bigint UNIQUE,
    credited_invoice_id bigint REFERENCES erp.customer_invoices (customer_invoice_id),
    credit_reason text CHECK (credit_reason IN ('quality', 'return', 'price', 'short_delivery', 'late_delivery')),
    customer_complaint_id bigint,
    invoice_date date NOT NULL,
    due_date date NOT NULL,
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    exchange_rate_usd numeric(18, 8) NOT NULL CHECK (exchange_rate_usd > 0),
    net_amount numeric(14, 2) NOT NULL CHECK (net_amount >= 0),
    freight_charges numeric(14, 2) NOT NULL CHECK (freight_charges >= 0),
    tax_amount numeric(14, 2) NOT NULL CHECK (tax_amount >= 0),
    total_amount numeric(14, 2) NOT NULL CHECK (total_amount > 0),
    cleared_amount numeric(14, 2) NOT NULL CHECK (cleared_amount >= 0),
    invoice_status text NOT NULL CHECK (invoice_status IN ('open', 'partially_cleared', 'cleared', 'disputed')),
    disputed_at timestamptz,
    cleared_at timestamptz,
    journal_entry_id bigint NOT NULL UNIQUE REFERENCES erp.journal_entries (journal_entry_id),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (total_amount = net_amount + freight_charges + tax_amount),
    CHECK (currency <> 'USD' OR exchange_rate_usd = 1),
    CHECK (cleared_amount <= total_amount),
    CHECK (invoice_date <= due_date),
    CHECK ((document_type = 'invoice') = (shipment_id IS NOT NULL)),
    CHECK ((document_type = 'credit_note') = (credited_invoice_id IS NOT NULL)),
    CHECK ((credited_invoice_id IS NULL) = (credit_reason IS NULL)),
    CHECK (customer_complaint_id IS NULL OR coalesce(credit_reason = 'quality', false)),
    CHECK (document_type = 'invoice' OR freight_charges = 0),
    CHECK ((invoice_status = 'cleared') = (cleared_amount = total_amount)),
    CHECK ((invoice_status = 'cleared') = (cleared_at IS NOT NULL)),
    CHECK (invoice_status <> 'open' OR cleared_amount = 0),
    CHECK (invoice_status <> 'partially_cleared' OR cleared_amount > 0),
    CHECK (invoice_status <> 'disputed' OR disputed_at IS NOT NULL),
    CHECK (created_at <= disputed_at),
    CHECK (created_at <= cleared_at),
    CHECK (created_at <= updated_at)
);
CREATE INDEX customer_invoices_customer ON erp.customer_invoices (customer_id, invoice_date);
CREATE INDEX customer_invoices_company ON erp.customer_invoices (company_id, invoice_date);
CREATE INDEX customer_invoices_date ON erp.customer_invoices (invoice_date);
CREATE INDEX customer_invoices_complaint ON erp.customer_invoices (customer_complaint_id)
    WHERE customer_complaint_id IS NOT NULL;
CREATE INDEX customer_invoices_open ON erp.customer_invoices (due_date) WHERE invoice_status <> 'cleared';
CREATE INDEX customer_invoices_sales_order ON erp.customer_invoices (sales_order_id);
CREATE INDEX customer_invoices_credited_invoice ON erp.customer_invoices (credited_invoice_id)
    WHERE credited_invoice_id IS NOT NULL;
COMMENT ON TABLE erp.customer_invoices IS 'Billing document: the invoice of a shipment, or a credit note on an invoice.';
COMMENT ON COLUMN erp.customer_invoices.customer_invoice_id IS 'Key: customer, invoice date, sequence.';
COMMENT ON COLUMN erp.customer_invoices.invoice_number IS 'Readable number: INV or CRN for a credit note, -C<customer>-<yyyymmdd>-<sequence>.';
COMMENT ON COLUMN erp.customer_invoices.document_type IS 'invoice (raises the receivable) | credit_note (reduces it).';
COMMENT ON COLUMN erp.customer_invoices.customer_id IS 'Customer billed. -> master.customers(customer_id)';
COMMENT ON COLUMN erp.customer_invoices.company_id IS 'Company that bills. -> master.companies(company_id)';
COMMENT ON COLUMN erp.customer_invoices.sales_order_id IS 'Customer order.';
COMMENT ON COLUMN erp.customer_invoices.shipment_id IS 'Shipment billed; NULL for a credit note. -> tms.shipments(shipment_id)';
COMMENT ON COLUMN erp.customer_invoices.credited_invoice_id IS 'Invoice credited; credit notes only, NULL otherwise.';
COMMENT ON COLUMN erp.customer_invoices.credit_reason IS 'Why it was credited; credit notes only, NULL otherwise.';
COMMENT ON COLUMN erp.customer_invoices.customer_complaint_id IS 'Complaint credited; credit notes for quality only, NULL otherwise. -> qms.customer_complaints(customer_complaint_id)';
COMMENT ON COLUMN erp.customer_invoices.invoice_date IS 'Invoice date, on or after the day of shipping.';
COMMENT ON COLUMN erp.customer_invoices.due_date IS 'Invoice date plus the payment terms of the order.';
COMMENT ON COLUMN erp.customer_invoices.currency IS 'Currency of the invoice, ISO 4217.';
COMMENT ON COLUMN erp.customer_invoices.exchange_rate_usd IS 'Rate of the invoice date; of a credit note the rate of the invoice credited [USD per unit].';
COMMENT ON COLUMN erp.customer_invoices.net_amount IS 'Sum of the net values of the lines [currency].';
COMMENT ON COLUMN erp.customer_invoices.freight_charges IS 'Freight charged; 0 for credit notes [currency].';
COMMENT ON COLUMN erp.customer_invoices.tax_amount IS 'Sum of the taxes of the lines [currency].';
COMMENT ON COLUMN erp.customer_invoices.total_amount IS 'Net amount plus freight plus tax, positive for credit notes too [currency].';
COMMENT ON COLUMN erp.customer_invoices.cleared_amount IS 'Paid, or set off against credit notes, so far [currency].';
COMMENT ON COLUMN erp.customer_invoices.invoice_status IS 'open | partially_cleared | cleared | disputed (the customer withholds payment).';
COMMENT ON COLUMN erp.customer_invoices.disputed_at IS 'When the customer disputed it; NULL if never, about 97 in 100.';
COMMENT ON COLUMN erp.customer_invoices.cleared_at IS 'When nothing was left open; known then.';
COMMENT ON COLUMN erp.customer_invoices.journal_entry_id IS 'Posting.';
COMMENT ON COLUMN erp.customer_invoices.created_at IS 'When it was issued.';
COMMENT ON COLUMN erp.customer_invoices.updated_at IS 'Last change of the row.';

CREATE TABLE erp.customer_invoice_lines (
    customer_invoice_line_id bigint PRIMARY KEY,
    customer_invoice_id bigint NOT NULL REFERENCES erp.customer_invoices (customer_invoice_id),
    line_number smallint NOT NULL CHECK (line_number > 0),
    sales_order_line_id bigint NOT NULL REFERENCES erp.sales_order_lines (sales_order_line_id),
    shipment_line_id bigint,
    product_id integer NOT NULL,
    quantity integer NOT NULL CHECK (quantity > 0),
    unit_price numeric(14, 2) NOT NULL CHECK (unit_price > 0),
    price_unit smallint NOT NULL CHECK (price_unit IN (1, 100, 1000)),
    discount_percentage numeric(5, 2) NOT NULL CHECK (discount_percentage BETWEEN 0 AND 60),
    net_value numeric(14, 2) NOT NULL,
    tax_rate_percentage numeric(5, 2) NOT NULL CHECK (tax_rate_percentage BETWEEN 0 AND 30),
    tax_amount numeric(14, 2) NOT NULL,
    standard_cost_usd numeric(14, 2) NOT NULL CHECK (standard_cost_usd >= 0),
    created_at timestamptz NOT NULL,
    UNIQUE (customer_invoice_id, line_number),
    CHECK (net_value = round(quantity * unit_price * (100 - discount_percentage) / (100 * price_unit), 2)),
    CHECK (tax_amount = round(net_value * tax_rate_percentage / 100, 2))
);
CREATE INDEX customer_invoice_lines_product ON erp.customer_invoice_lines (product_id, created_at);
CREATE INDEX customer_invoice_lines_shipment_line ON erp.customer_invoice_lines (shipment_line_id)
    WHERE shipment_line_id IS NOT NULL;
CREATE INDEX customer_invoice_lines_sales_order_line ON erp.customer_invoice_lines (sales_order_line_id);
COMMENT ON TABLE erp.customer_invoice_lines IS 'Line of a billing document: the quantity of an order line shipped from one lot, or credited. Money is in the currency of the invoice where not USD.';
COMMENT ON COLUMN erp.customer_invoice_lines.customer_invoice_line_id IS 'Key.';
COMMENT ON COLUMN erp.customer_invoice_lines.customer_invoice_id IS 'Billing document.';
COMMENT ON COLUMN erp.customer_invoice_lines.line_number IS 'Position, from 1.';
COMMENT ON COLUMN erp.customer_invoice_lines.sales_order_line_id IS 'Order line billed.';
COMMENT ON COLUMN erp.customer_invoice_lines.shipment_line_id IS 'Shipment line billed; NULL on a credit note. -> tms.shipment_lines(shipment_line_id)';
COMMENT ON COLUMN erp.customer_invoice_lines.product_id IS 'Product. -> master.products(product_id)';
COMMENT ON COLUMN erp.customer_invoice_lines.quantity IS 'Quantity billed or credited [parts].';
COMMENT ON COLUMN erp.customer_invoice_lines.unit_price IS 'List price of price_unit parts, or the amount credited for them [currency].';
COMMENT ON COLUMN erp.customer_invoice_lines.price_unit IS 'Quantity the price is for [parts].';
COMMENT ON COLUMN erp.customer_invoice_lines.discount_percentage IS 'Discount on the list price; 0 on a credit note.';
COMMENT ON COLUMN erp.customer_invoice_lines.net_value IS 'Quantity at the discounted price [currency].';
COMMENT ON COLUMN erp.customer_invoice_lines.tax_rate_percentage IS 'Tax rate; 0 for exports.';
COMMENT ON COLUMN erp.customer_invoice_lines.tax_amount IS 'Tax on the net value [currency].';
COMMENT ON COLUMN erp.customer_invoice_lines.standard_cost_usd IS 'Cost of goods sold: quantity at standard cost, USD; on a credit note that of goods taken back.';
COMMENT ON COLUMN erp.customer_invoice_lines.created_at IS 'When it was issued, with its document.';

CREATE TABLE erp.customer_payments (
    customer_payment_id bigint PRIMARY KEY,
    payment_number text NOT NULL UNIQUE CHECK (payment_number ~ '^RCP-C[0-9]+-[0-9]{8}-[0-9]{2,}$'),
    customer_id integer NOT NULL,
    customer_invoice_id bigint NOT NULL REFERENCES erp.customer_invoices (customer_invoice_id),
    payment_date date NOT NULL,
    payment_method text NOT NULL CHECK (payment_method IN ('bank_transfer', 'direct_debit', 'cheque')),
    bank_reference text NOT NULL,
    amount numeric(14, 2) NOT NULL CHECK (amount > 0),
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    exchange_rate_usd numeric(18, 8) NOT NULL CHECK (exchange_rate_usd > 0),
    exchange_difference_usd numeric(14, 2) NOT NULL,
    journal_entry_id bigint NOT NULL REFERENCES erp.journal_entries (journal_entry_id),
    created_at timestamptz NOT NULL,
    CHECK (currency <> 'USD' OR (exchange_rate_usd = 1 AND exchange_difference_usd = 0))
);
CREATE INDEX customer_payments_customer ON erp.customer_payments (customer_id, payment_date);
CREATE INDEX customer_payments_date ON erp.customer_payments (payment_date);
CREATE INDEX customer_payments_customer_invoice ON erp.customer_payments (customer_invoice_id);
CREATE INDEX customer_payments_journal_entry ON erp.customer_payments (journal_entry_id);
COMMENT ON TABLE erp.customer_payments IS 'Payment of a customer, cleared against one invoice; recorded on receipt.';
COMMENT ON COLUMN erp.customer_payments.customer_payment_id IS 'Key.';
COMMENT ON COLUMN erp.customer_payments.payment_number IS 'Readable number: RCP-C<customer>-<yyyymmdd>-<sequence>.';
COMMENT ON COLUMN erp.customer_payments.customer_id IS 'Customer. -> master.customers(customer_id)';
COMMENT ON COLUMN erp.customer_payments.customer_invoice_id IS 'Invoice paid.';
COMMENT ON COLUMN erp.customer_payments.payment_date IS 'Value date at the bank.';
COMMENT ON COLUMN erp.customer_payments.payment_method IS 'bank_transfer | direct_debit | cheque.';
COMMENT ON COLUMN erp.customer_payments.bank_reference IS 'Reference of the bank statement; a transfer that pays several invoices repeats it.';
COMMENT ON COLUMN erp.customer_payments.amount IS 'Amount received [currency].';
COMMENT ON COLUMN erp.customer_payments.currency IS 'Currency: the invoice''s, ISO 4217.';
COMMENT ON COLUMN erp.customer_payments.exchange_rate_usd IS 'Rate of the payment date [USD per unit].';
COMMENT ON COLUMN erp.customer_payments.exchange_difference_usd IS 'Amount in USD at the rate of payment less at that of the invoice: a gain if positive, USD.';
COMMENT ON COLUMN erp.customer_payments.journal_entry_id IS 'Posting.';
COMMENT ON COLUMN erp.customer_payments.created_at IS 'When it was recorded.';

CREATE TABLE erp.supplier_payments (
    supplier_payment_id bigint PRIMARY KEY,
    payment_number text NOT NULL UNIQUE CHECK (payment_number ~ '^PAY-[SC][0-9]+-[0-9]{8}-[0-9]{2,}$'),
    payment_run text NOT NULL CHECK (payment_run ~ '^RUN-CO[0-9]{2}-[0-9]{8}$'),
    company_id integer NOT NULL,
    supplier_id integer,
    supplier_invoice_id bigint UNIQUE,
    carrier_id integer,
    freight_invoice_id bigint UNIQUE,
    due_date date NOT NULL,
    payment_date date NOT NULL,
    payment_method text NOT NULL CHECK (payment_method IN ('bank_transfer', 'cheque')),
    amount numeric(14, 2) NOT NULL CHECK (amount > 0),
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    exchange_rate_usd numeric(18, 8) NOT NULL CHECK (exchange_rate_usd > 0),
    exchange_difference_usd numeric(14, 2) NOT NULL,
    journal_entry_id bigint NOT NULL REFERENCES erp.journal_entries (journal_entry_id),
    created_at timestamptz NOT NULL,
    CHECK (num_nonnulls(supplier_id, carrier_id) = 1),
    CHECK ((supplier_id IS NULL) = (supplier_invoice_id IS NULL)),
    CHECK ((carrier_id IS NULL) = (freight_invoice_id IS NULL)),
    CHECK (currency <> 'USD' OR (exchange_rate_usd = 1 AND exchange_difference_usd = 0))
);
CREATE INDEX supplier_payments_supplier ON erp.supplier_payments (supplier_id, payment_date);
CREATE INDEX supplier_payments_carrier ON erp.supplier_payments (carrier_id, payment_date)
    WHERE carrier_id IS NOT NULL;
CREATE INDEX supplier_payments_run ON erp.supplier_payments (payment_run);
CREATE INDEX supplier_payments_date ON erp.supplier_payments (payment_date);
CREATE INDEX supplier_payments_company ON erp.supplier_payments (company_id);
CREATE INDEX supplier_payments_journal_entry ON erp.supplier_payments (journal_entry_id);
COMMENT ON TABLE erp.supplier_payments IS 'Payment of one invoice of a supplier or carrier in the weekly payment run.';
COMMENT ON COLUMN erp.supplier_payments.supplier_payment_id IS 'Key.';
COMMENT ON COLUMN erp.supplier_payments.payment_number IS 'Readable number: PAY-S<supplier> or PAY-C<carrier>-<yyyymmdd>-<sequence>.';
COMMENT ON COLUMN erp.supplier_payments.payment_run IS 'Payment run: RUN-<company code>-<yyyymmdd>.';
COMMENT ON COLUMN erp.supplier_payments.company_id IS 'Company that pays. -> master.companies(company_id)';
COMMENT ON COLUMN erp.supplier_payments.supplier_id IS 'Supplier; NULL for a carrier. -> master.suppliers(supplier_id)';
COMMENT ON COLUMN erp.supplier_payments.supplier_invoice_id IS 'Invoice paid; NULL for a carrier. -> supplier.supplier_invoices(supplier_invoice_id)';
COMMENT ON COLUMN erp.supplier_payments.carrier_id IS 'Carrier; NULL for a supplier. -> tms.carriers(carrier_id)';
COMMENT ON COLUMN erp.supplier_payments.freight_invoice_id IS 'Freight invoice paid; NULL for a supplier. -> tms.freight_invoices(freight_invoice_id)';
COMMENT ON COLUMN erp.supplier_payments.due_date IS 'Due date of the invoice.';
COMMENT ON COLUMN erp.supplier_payments.payment_date IS 'Value date at the bank.';
COMMENT ON COLUMN erp.supplier_payments.payment_method IS 'bank_transfer | cheque.';
COMMENT ON COLUMN erp.supplier_payments.amount IS 'Amount paid, the whole invoice [currency].';
COMMENT ON COLUMN erp.supplier_payments.currency IS 'Currency: the invoice''s, ISO 4217.';
COMMENT ON COLUMN erp.supplier_payments.exchange_rate_usd IS 'Rate of the payment date [USD per unit].';
COMMENT ON COLUMN erp.supplier_payments.exchange_difference_usd IS 'Amount in USD at the rate of the invoice less at that of payment: a gain if positive, USD.';
COMMENT ON COLUMN erp.supplier_payments.journal_entry_id IS 'Posting.';
COMMENT ON COLUMN erp.supplier_payments.created_at IS 'When it was recorded.';

-- Exchange with the shop floor.
CREATE TABLE erp.erp_mes_sync_log (
    sync_id bigint PRIMARY KEY,
    sync_direction text NOT NULL CHECK (sync_direction IN ('to_mes', 'to_erp')),
    document_type text NOT NULL CHECK (document_type IN
        ('production_order', 'order_hour', 'maintenance_cost', 'quality_cost')),
    idempotency_key text NOT NULL UNIQUE,
    source_table text NOT NULL,
    source_pk bigint NOT NULL,
    version integer NOT NULL CHECK (version > 0),
    batch_id bigint NOT NULL,
    low_watermark bigint NOT NULL CHECK (low_watermark >= 0),
    high_watermark bigint NOT NULL,
    production_order_id bigint REFERENCES erp.production_orders (production_order_id),
    work_order_id bigint,
    source_time timestamptz NOT NULL,
    total_cost numeric(14, 2),
    journal_entry_id bigint REFERENCES erp.journal_entries (journal_entry_id),
    payload_hash bigint NOT NULL,
    sync_status text NOT NULL CHECK (sync_status IN ('applied', 'rejected')),
    attempt_count smallint NOT NULL CHECK (attempt_count > 0),
    error_message text,
    received_at timestamptz NOT NULL,
    applied_at timestamptz,
    updated_at timestamptz NOT NULL,
    CHECK (low_watermark < high_watermark),
    CHECK ((document_type = 'production_order') = (sync_direction = 'to_mes')),
    CHECK ((document_type = 'production_order') = (total_cost IS NULL)),
    CHECK (num_nonnulls(production_order_id, work_order_id) = CASE
        WHEN document_type IN ('production_order', 'order_hour') THEN 2
        ELSE 0 END),
    CHECK (received_at <= applied_at),
    CHECK (received_at <= updated_at),
    CHECK ((sync_status = 'applied') = (applied_at IS NOT NULL)),
    CHECK (sync_status = 'applied' OR error_message IS NOT NULL),
    CHECK (sync_status = 'applied' OR journal_entry_id IS NULL)
);
CREATE INDEX erp_mes_sync_log_batch ON erp.erp_mes_sync_log (batch_id);
CREATE INDEX erp_mes_sync_log_source ON erp.erp_mes_sync_log (source_table, source_pk);
CREATE INDEX erp_mes_sync_log_work_order ON erp.erp_mes_sync_log (work_order_id) WHERE work_order_id IS NOT NULL;
CREATE INDEX erp_mes_sync_log_production_order ON erp.erp_mes_sync_log (production_order_id)
    WHERE production_order_id IS NOT NULL;
CREATE INDEX erp_mes_sync_log_journal_entry ON erp.erp_mes_sync_log (journal_entry_id)
    WHERE journal_entry_id IS NOT NULL;
COMMENT ON TABLE erp.erp_mes_sync_log IS 'Message between ERP and the shop-floor systems, one row a version of its source row; delivered at least once, applied once. Written by flow: cost data to ERP.';
COMMENT ON COLUMN erp.erp_mes_sync_log.sync_id IS 'Key.';
COMMENT ON COLUMN erp.erp_mes_sync_log.sync_direction IS 'to_mes (orders) | to_erp (confirmations and costs).';
COMMENT ON COLUMN erp.erp_mes_sync_log.document_type IS 'production_order (order handed over) | order_hour (movements, labour and machine time of an order in an hour) | maintenance_cost | quality_cost.';
COMMENT ON COLUMN erp.erp_mes_sync_log.idempotency_key IS 'Hash of flow, source row and version; a second delivery finds it taken.';
COMMENT ON COLUMN erp.erp_mes_sync_log.source_table IS 'Table of the source row, schema.table.';
COMMENT ON COLUMN erp.erp_mes_sync_log.source_pk IS 'Key of the source row.';
COMMENT ON COLUMN erp.erp_mes_sync_log.version IS 'Version of the source row, from 1; the highest one wins.';
COMMENT ON COLUMN erp.erp_mes_sync_log.batch_id IS 'Batch that delivered the message.';
COMMENT ON COLUMN erp.erp_mes_sync_log.low_watermark IS 'Commit sequence of the source after which the batch begins; equals the high watermark of the batch before it.';
COMMENT ON COLUMN erp.erp_mes_sync_log.high_watermark IS 'Commit sequence of the source with which the batch ends.';
COMMENT ON COLUMN erp.erp_mes_sync_log.production_order_id IS 'Payload: production order; NULL for maintenance and quality costs.';
COMMENT ON COLUMN erp.erp_mes_sync_log.work_order_id IS 'Payload: order on the shop floor; NULL for maintenance and quality costs. -> mes.work_orders(work_order_id)';
COMMENT ON COLUMN erp.erp_mes_sync_log.source_time IS 'Time of the source row; of an order-hour the start of the hour.';
COMMENT ON COLUMN erp.erp_mes_sync_log.total_cost IS 'Payload: cost of the message [USD]; NULL for an order handed over.';
COMMENT ON COLUMN erp.erp_mes_sync_log.journal_entry_id IS 'Posting it caused; NULL if it caused none, or until applied.';
COMMENT ON COLUMN erp.erp_mes_sync_log.payload_hash IS '64-bit hash of the payload; sums over a batch compare with the source.';
COMMENT ON COLUMN erp.erp_mes_sync_log.sync_status IS 'applied | rejected (until a later attempt applies it).';
COMMENT ON COLUMN erp.erp_mes_sync_log.attempt_count IS 'Deliveries attempted so far.';
COMMENT ON COLUMN erp.erp_mes_sync_log.error_message IS 'Error of the last failed attempt; NULL if none failed.';
COMMENT ON COLUMN erp.erp_mes_sync_log.received_at IS 'When the message first arrived, simulated time.';
COMMENT ON COLUMN erp.erp_mes_sync_log.applied_at IS 'When it was applied, simulated time; known when applied.';
COMMENT ON COLUMN erp.erp_mes_sync_log.updated_at IS 'Last change of the row.';

-- Published shapes.

CREATE OR REPLACE VIEW published.inspection_characteristics AS
SELECT c.inspection_plan_characteristic_id AS characteristic_id, c.inspection_plan_id, c.characteristic_name,
       c.characteristic_type, c.target_value, c.lower_spec_limit, c.upper_spec_limit, c.unit_of_measure,
       c.inspection_method, coalesce(c.sample_size, p.sample_size) AS sample_size, c.characteristic_class,
       c.created_at
FROM erp.inspection_plan_characteristics AS c
JOIN erp.inspection_plans AS p USING (inspection_plan_id);
COMMENT ON VIEW published.inspection_characteristics IS 'Characteristics of the inspection plans, with the sample to be inspected.';

CREATE OR REPLACE VIEW published.general_ledger AS
SELECT l.journal_entry_line_id AS gl_transaction_id, e.document_number, e.document_type, e.posting_date,
       e.document_date, a.account_code AS gl_account, e.company_id, l.debit_amount, l.credit_amount, e.currency,
       l.debit_usd, l.credit_usd, c.cost_center_id, c.cost_center_code, e.reference_document, e.source_document_id,
       extract(year FROM e.posting_date)::integer AS fiscal_year,
       extract(month FROM e.posting_date)::integer AS fiscal_period, l.created_at
FROM erp.journal_entry_lines AS l
JOIN erp.journal_entries AS e USING (journal_entry_id)
JOIN erp.general_ledger AS a USING (gl_account_id)
LEFT JOIN erp.cost_centers AS c ON c.cost_center_id = l.cost_center_id;
COMMENT ON VIEW published.general_ledger IS 'Posted lines of the accounting documents; the fiscal year is the calendar year.';
