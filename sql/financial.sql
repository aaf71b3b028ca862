-- Finance: the books of each company, and the stock that the ledger and the warehouses agree upon.
-- Double entry in three currencies: that of the document, the functional currency of the company, and USD, the
-- currency of the group; every entry balances in each. Fiscal years are calendar years. A balance is debit
-- less credit, so liabilities, equity and revenue are negative. Quantities are in the base unit of their item.

CREATE SCHEMA financial;
CREATE SCHEMA IF NOT EXISTS published;

-- Calendar, accounts, cost centres and rates.
CREATE TABLE financial.fiscal_years (
    fiscal_year_id integer PRIMARY KEY,
    company_id integer NOT NULL,
    fiscal_year integer NOT NULL CHECK (fiscal_year BETWEEN 1990 AND 2100),
    start_date date NOT NULL,
    end_date date NOT NULL,
    year_status text NOT NULL CHECK (year_status IN ('open', 'closing', 'closed')),
    closed_at timestamptz,
    closed_by integer,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (company_id, fiscal_year),
    CHECK (start_date < end_date),
    CHECK (extract(year FROM start_date) = fiscal_year AND extract(year FROM end_date) = fiscal_year),
    CHECK ((year_status = 'closed') = (closed_at IS NOT NULL)),
    CHECK ((closed_at IS NULL) = (closed_by IS NULL)),
    CHECK (created_at < closed_at),
    CHECK (created_at <= updated_at)
);
COMMENT ON TABLE financial.fiscal_years IS 'Fiscal year of a company: the calendar year.';
COMMENT ON COLUMN financial.fiscal_years.fiscal_year_id IS 'Key: company, year.';
COMMENT ON COLUMN financial.fiscal_years.company_id IS 'Company. -> master.companies(company_id)';
COMMENT ON COLUMN financial.fiscal_years.fiscal_year IS 'Year.';
COMMENT ON COLUMN financial.fiscal_years.start_date IS 'First day.';
COMMENT ON COLUMN financial.fiscal_years.end_date IS 'Last day.';
COMMENT ON COLUMN financial.fiscal_years.year_status IS 'open | closing (result not yet carried forward) | closed (result carried to retained earnings).';
COMMENT ON COLUMN financial.fiscal_years.closed_at IS 'When it was closed; known then.';
COMMENT ON COLUMN financial.fiscal_years.closed_by IS 'Controller who closed it; known then. -> master.employees(employee_id)';
COMMENT ON COLUMN financial.fiscal_years.created_at IS 'When it was opened.';
COMMENT ON COLUMN financial.fiscal_years.updated_at IS 'Last change of the row.';

CREATE TABLE financial.fiscal_periods (
    fiscal_period_id integer PRIMARY KEY,
    fiscal_year_id integer NOT NULL REFERENCES financial.fiscal_years (fiscal_year_id),
    period_number smallint NOT NULL CHECK (period_number BETWEEN 1 AND 12),
    period_name text NOT NULL CHECK (period_name ~ '^[0-9]{4}-[0-9]{2}$'),
    start_date date NOT NULL,
    end_date date NOT NULL,
    period_status text NOT NULL CHECK (period_status IN ('open', 'closing', 'closed')),
    closed_at timestamptz,
    closed_by integer,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (fiscal_year_id, period_number),
    CHECK (start_date < end_date),
    CHECK (extract(month FROM start_date) = period_number AND extract(month FROM end_date) = period_number),
    CHECK ((period_status = 'closed') = (closed_at IS NOT NULL)),
    CHECK ((closed_at IS NULL) = (closed_by IS NULL)),
    CHECK (created_at < closed_at),
    CHECK (created_at <= updated_at)
);
CREATE INDEX fiscal_periods_date ON financial.fiscal_periods (start_date);
COMMENT ON TABLE financial.fiscal_periods IS 'Posting period of a company: a month of its fiscal year.';
COMMENT ON COLUMN financial.fiscal_periods.fiscal_period_id IS 'Key: company, year, month.';
COMMENT ON COLUMN financial.fiscal_periods.fiscal_year_id IS 'Fiscal year.';
COMMENT ON COLUMN financial.fiscal_periods.period_number IS 'Month of the year.';
COMMENT ON COLUMN financial.fiscal_periods.period_name IS 'Name: <year>-<month>.';
COMMENT ON COLUMN financial.fiscal_periods.start_date IS 'First day.';
COMMENT ON COLUMN financial.fiscal_periods.end_date IS 'Last day.';
COMMENT ON COLUMN financial.fiscal_periods.period_status IS 'open | closing (only finance posts) | closed (nobody posts).';
COMMENT ON COLUMN financial.fiscal_periods.closed_at IS 'When it was closed; known then.';
COMMENT ON COLUMN financial.fiscal_periods.closed_by IS 'Controller who closed it; known then. -> master.employees(employee_id)';
COMMENT ON COLUMN financial.fiscal_periods.created_at IS 'When it was opened for posting.';
COMMENT ON COLUMN financial.fiscal_periods.updated_at IS 'Last change of the row.';

CREATE TABLE financial.chart_of_accounts (
    account_id integer PRIMARY KEY,
    account_code text NOT NULL UNIQUE CHECK (account_code ~ '^[0-9]{6}$'),
    account_name text NOT NULL UNIQUE,
    parent_account_id integer REFERENCES financial.chart_of_accounts (account_id),
    account_level smallint NOT NULL CHECK (account_level BETWEEN 1 AND 5),
    account_type text NOT NULL CHECK (account_type IN ('asset', 'liability', 'equity', 'revenue', 'expense')),
    account_subtype text NOT NULL CHECK (account_subtype IN
        ('current_asset', 'non_current_asset', 'current_liability', 'non_current_liability', 'equity',
         'sales_revenue', 'other_revenue', 'cost_of_sales', 'operating_expense', 'financial_result', 'income_tax')),
    normal_balance text NOT NULL CHECK (normal_balance IN ('debit', 'credit')),
    cash_flow_category text NOT NULL CHECK (cash_flow_category IN ('cash', 'operating', 'investing', 'financing')),
    allow_posting boolean NOT NULL,
    is_control_account boolean NOT NULL,
    is_revalued boolean NOT NULL,
    requires_cost_center boolean NOT NULL,
    effective_date date NOT NULL,
    created_at timestamptz NOT NULL,
    CHECK ((account_level = 1) = (parent_account_id IS NULL)),
    CHECK (parent_account_id <> account_id),
    CHECK (allow_posting OR NOT (is_control_account OR is_revalued OR requires_cost_center)),
    CHECK (account_type = CASE
        WHEN account_subtype IN ('current_asset', 'non_current_asset') THEN 'asset'
        WHEN account_subtype IN ('current_liability', 'non_current_liability') THEN 'liability'
        WHEN account_subtype = 'equity' THEN 'equity'
        WHEN account_subtype IN ('sales_revenue', 'other_revenue') THEN 'revenue'
        ELSE 'expense' END)
);
CREATE INDEX chart_of_accounts_type ON financial.chart_of_accounts (account_type);
CREATE INDEX chart_of_accounts_parent_account ON financial.chart_of_accounts (parent_account_id)
    WHERE parent_account_id IS NOT NULL;
COMMENT ON TABLE financial.chart_of_accounts IS 'Account of the group''s chart of accounts, a tree; the leaves take postings.';
COMMENT ON COLUMN financial.chart_of_accounts.account_id IS 'Key: the account number.';
COMMENT ON COLUMN financial.chart_of_accounts.account_code IS 'Account number.';
COMMENT ON COLUMN financial.chart_of_accounts.account_name IS 'Name.';
COMMENT ON COLUMN financial.chart_of_accounts.parent_account_id IS 'Heading above; NULL at the top of the tree.';
COMMENT ON COLUMN financial.chart_of_accounts.account_level IS 'Level in the tree, 1 at the top.';
COMMENT ON COLUMN financial.chart_of_accounts.account_type IS 'asset | liability | equity (balance sheet) | revenue | expense (income statement).';
COMMENT ON COLUMN financial.chart_of_accounts.account_subtype IS 'Line of the financial statements.';
COMMENT ON COLUMN financial.chart_of_accounts.normal_balance IS 'Side on which it normally stands; contra accounts differ from their type.';
COMMENT ON COLUMN financial.chart_of_accounts.cash_flow_category IS 'Where its movements show in the cash-flow statement; cash: it is what the statement explains.';
COMMENT ON COLUMN financial.chart_of_accounts.allow_posting IS 'Takes postings: a leaf of the tree.';
COMMENT ON COLUMN financial.chart_of_accounts.is_control_account IS 'Sums up a sub-ledger: receivables, payables, stock or work in process.';
COMMENT ON COLUMN financial.chart_of_accounts.is_revalued IS 'Open items in foreign currency are revalued at the end of a period.';
COMMENT ON COLUMN financial.chart_of_accounts.requires_cost_center IS 'Every line on the account names a cost centre.';
COMMENT ON COLUMN financial.chart_of_accounts.effective_date IS 'First posting date allowed.';
COMMENT ON COLUMN financial.chart_of_accounts.created_at IS 'When the record was entered.';

CREATE TABLE financial.cost_centers (
    cost_center_id integer PRIMARY KEY,
    cost_center_code text NOT NULL UNIQUE,
    parent_cost_center_id integer REFERENCES financial.cost_centers (cost_center_id),
    hierarchy_level smallint NOT NULL CHECK (hierarchy_level BETWEEN 1 AND 5),
    cost_center_type text NOT NULL CHECK (cost_center_type IN ('direct', 'service', 'overhead')),
    company_id integer NOT NULL,
    factory_id integer NOT NULL,
    department_id integer NOT NULL,
    responsible_employee_id integer NOT NULL,
    allocation_key text NOT NULL CHECK (allocation_key IN
        ('machine_hours', 'labor_hours', 'headcount', 'floor_area', 'production_value', 'none')),
    allocation_percentage numeric(5, 2) NOT NULL CHECK (allocation_percentage BETWEEN 0 AND 100),
    planned_rate_usd numeric(14, 2) CHECK (planned_rate_usd >= 0),
    valid_from date NOT NULL,
    created_at timestamptz NOT NULL,
    CHECK ((hierarchy_level = 1) = (parent_cost_center_id IS NULL)),
    CHECK (parent_cost_center_id <> cost_center_id),
    CHECK ((cost_center_type = 'direct') = (allocation_key = 'none')),
    CHECK ((allocation_key = 'none') = (allocation_percentage = 0)),
    CHECK ((cost_center_type = 'direct') = (planned_rate_usd IS NOT NULL))
);
CREATE INDEX cost_centers_company ON financial.cost_centers (company_id);
CREATE INDEX cost_centers_factory ON financial.cost_centers (factory_id);
CREATE INDEX cost_centers_department ON financial.cost_centers (department_id);
CREATE INDEX cost_centers_parent_cost_center ON financial.cost_centers (parent_cost_center_id)
    WHERE parent_cost_center_id IS NOT NULL;
COMMENT ON TABLE financial.cost_centers IS 'Cost centre as finance sees it: its place in the hierarchy and how its costs are passed on; one to one with the ERP''s by code.';
COMMENT ON COLUMN financial.cost_centers.cost_center_id IS 'Key: the ERP''s. -> erp.cost_centers(cost_center_id)';
COMMENT ON COLUMN financial.cost_centers.cost_center_code IS 'Cost centre number. -> erp.cost_centers(cost_center_code)';
COMMENT ON COLUMN financial.cost_centers.parent_cost_center_id IS 'Cost centre it reports to; NULL at the top.';
COMMENT ON COLUMN financial.cost_centers.hierarchy_level IS 'Level in the hierarchy, 1 at the top.';
COMMENT ON COLUMN financial.cost_centers.cost_center_type IS 'direct (charges products by the hour) | service (charges other cost centres) | overhead (spread over the products of the plant).';
COMMENT ON COLUMN financial.cost_centers.company_id IS 'Company. -> master.companies(company_id)';
COMMENT ON COLUMN financial.cost_centers.factory_id IS 'Site. -> master.factories(factory_id)';
COMMENT ON COLUMN financial.cost_centers.department_id IS 'Department. -> master.departments(department_id)';
COMMENT ON COLUMN financial.cost_centers.responsible_employee_id IS 'Controller in charge. -> master.employees(employee_id)';
COMMENT ON COLUMN financial.cost_centers.allocation_key IS 'Measure by which its costs are passed on; none for direct cost centres.';
COMMENT ON COLUMN financial.cost_centers.allocation_percentage IS 'Share of its costs passed on each month; 0 for direct cost centres.';
COMMENT ON COLUMN financial.cost_centers.planned_rate_usd IS 'Planned cost of an hour charged to products, USD; direct cost centres only, NULL otherwise.';
COMMENT ON COLUMN financial.cost_centers.valid_from IS 'First day of validity.';
COMMENT ON COLUMN financial.cost_centers.created_at IS 'When the record was entered.';

CREATE TABLE financial.exchange_rates (
    exchange_rate_id bigint PRIMARY KEY,
    from_currency text NOT NULL CHECK (from_currency ~ '^[A-Z]{3}$'),
    to_currency text NOT NULL CHECK (to_currency ~ '^[A-Z]{3}$'),
    rate_type text NOT NULL CHECK (rate_type IN ('daily', 'closing', 'average')),
    effective_date date NOT NULL,
    exchange_rate numeric(18, 8) NOT NULL CHECK (exchange_rate > 0),
    created_at timestamptz NOT NULL,
    UNIQUE (from_currency, to_currency, rate_type, effective_date),
    CHECK (from_currency <> to_currency)
);
CREATE INDEX exchange_rates_date ON financial.exchange_rates (effective_date);
COMMENT ON TABLE financial.exchange_rates IS 'Exchange rate of a currency pair on a day.';
COMMENT ON COLUMN financial.exchange_rates.exchange_rate_id IS 'Key.';
COMMENT ON COLUMN financial.exchange_rates.from_currency IS 'Currency translated, ISO 4217.';
COMMENT ON COLUMN financial.exchange_rates.to_currency IS 'Currency translated into, ISO 4217.';
COMMENT ON COLUMN financial.exchange_rates.rate_type IS 'daily (postings of the day) | closing (last day of a month, for balances) | average (of a month, for the result; dated its last day).';
COMMENT ON COLUMN financial.exchange_rates.effective_date IS 'Day.';
COMMENT ON COLUMN financial.exchange_rates.exchange_rate IS 'Units of to_currency for one unit of from_currency.';
COMMENT ON COLUMN financial.exchange_rates.created_at IS 'When it was published.';

CREATE TABLE financial.gl_posting_rules (
    gl_posting_rule_id integer PRIMARY KEY,
    rule_code text NOT NULL UNIQUE CHECK (rule_code ~ '^[A-Z]{2,4}-[0-9]{2}$'),
    rule_name text NOT NULL UNIQUE,
    transaction_type text NOT NULL CHECK (transaction_type IN
        ('goods_receipt', 'supplier_return', 'supplier_invoice', 'supplier_payment', 'production_cost',
         'production_settlement', 'delivery', 'customer_invoice', 'customer_payment', 'customer_return',
         'stock_scrap', 'inventory_variance', 'revaluation', 'maintenance_cost', 'quality_cost', 'freight_accrual',
         'freight_invoice', 'warranty_accrual', 'warranty_claim', 'payroll', 'depreciation', 'accrual',
         'fx_revaluation', 'intercompany', 'closing')),
    transaction_subtype text NOT NULL,
    rule_priority smallint NOT NULL CHECK (rule_priority > 0),
    valuation_class text CHECK (valuation_class IN
        ('raw_material', 'component', 'consumable', 'packaging', 'finished_goods', 'spare_part')),
    debit_account_id integer NOT NULL REFERENCES financial.chart_of_accounts (account_id),
    credit_account_id integer NOT NULL REFERENCES financial.chart_of_accounts (account_id),
    amount_basis text NOT NULL CHECK (amount_basis IN
        ('standard_cost', 'order_price', 'invoice_net', 'tax', 'invoice_total', 'price_difference', 'labor_hours',
         'machine_hours', 'actual_cost', 'variance', 'payment', 'exchange_difference', 'gross_pay', 'net_pay',
         'percentage')),
    effective_from date NOT NULL,
    created_at timestamptz NOT NULL,
    CHECK (debit_account_id <> credit_account_id)
);
CREATE INDEX gl_posting_rules_event ON financial.gl_posting_rules (transaction_type, rule_priority);
CREATE INDEX gl_posting_rules_debit_account ON financial.gl_posting_rules (debit_account_id);
CREATE INDEX gl_posting_rules_credit_account ON financial.gl_posting_rules (credit_account_id);
COMMENT ON TABLE financial.gl_posting_rules IS 'Posting rule: which accounts a part of a business event debits and credits.';
COMMENT ON COLUMN financial.gl_posting_rules.gl_posting_rule_id IS 'Key.';
COMMENT ON COLUMN financial.gl_posting_rules.rule_code IS 'Rule code.';
COMMENT ON COLUMN financial.gl_posting_rules.rule_name IS 'Name.';
COMMENT ON COLUMN financial.gl_posting_rules.transaction_type IS 'Business event: document type in the ERP, or kind of a manual entry.';
COMMENT ON COLUMN financial.gl_posting_rules.transaction_subtype IS 'Part of the event, such as material, labor or tax.';
COMMENT ON COLUMN financial.gl_posting_rules.rule_priority IS 'Order of the rules of an event; 1 leads.';
COMMENT ON COLUMN financial.gl_posting_rules.valuation_class IS 'Kind of item it holds for; NULL: any.';
COMMENT ON COLUMN financial.gl_posting_rules.debit_account_id IS 'Account debited; credited where the amount is negative.';
COMMENT ON COLUMN financial.gl_posting_rules.credit_account_id IS 'Account credited; debited where the amount is negative.';
COMMENT ON COLUMN financial.gl_posting_rules.amount_basis IS 'Amount posted: standard_cost | order_price | invoice_net | tax | invoice_total | price_difference | labor_hours | machine_hours | actual_cost | variance | payment | exchange_difference | gross_pay | net_pay | percentage; percentage is a share of billed revenue.';
COMMENT ON COLUMN financial.gl_posting_rules.effective_from IS 'First posting date.';
COMMENT ON COLUMN financial.gl_posting_rules.created_at IS 'When the record was entered.';

-- General ledger.
CREATE TABLE financial.journal_entry_headers (
    journal_entry_id bigint PRIMARY KEY,
    journal_number text NOT NULL UNIQUE CHECK (journal_number ~ '^GL-[A-Z]+[0-9]+-[0-9]{8}-[0-9]{2,}$'),
    entry_type text NOT NULL CHECK (entry_type IN
        ('operational', 'manual', 'depreciation', 'accrual', 'payroll_accrual', 'fx_revaluation', 'intercompany',
         'closing')),
    erp_journal_entry_id bigint UNIQUE,
    company_id integer NOT NULL,
    fiscal_period_id integer NOT NULL REFERENCES financial.fiscal_periods (fiscal_period_id),
    posting_date date NOT NULL,
    reference text,
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    functional_currency text NOT NULL CHECK (functional_currency ~ '^[A-Z]{3}$'),
    exchange_rate numeric(18, 8) NOT NULL CHECK (exchange_rate > 0),
    exchange_rate_usd numeric(18, 8) NOT NULL CHECK (exchange_rate_usd > 0),
    total_debit numeric(16, 2) NOT NULL CHECK (total_debit >= 0),
    total_credit numeric(16, 2) NOT NULL,
    total_functional numeric(16, 2) NOT NULL CHECK (total_functional >= 0),
    total_usd numeric(16, 2) NOT NULL CHECK (total_usd >= 0),
    entry_status text NOT NULL CHECK (entry_status IN ('draft', 'posted', 'reversed')),
    reverses_entry_id bigint UNIQUE REFERENCES financial.journal_entry_headers (journal_entry_id),
    created_by integer,
    created_at timestamptz NOT NULL,
    approved_by integer,
    posted_at timestamptz,
    updated_at timestamptz NOT NULL,
    CHECK (total_debit = total_credit),
    CHECK (total_functional + total_usd > 0),
    CHECK (currency <> functional_currency OR exchange_rate = 1),
    CHECK (currency <> 'USD' OR exchange_rate_usd = 1),
    CHECK ((entry_type = 'operational') = (erp_journal_entry_id IS NOT NULL)),
    CHECK (entry_type <> 'operational' OR created_by IS NULL),
    CHECK (entry_type <> 'manual' OR created_by IS NOT NULL),
    CHECK ((entry_status = 'draft') = (posted_at IS NULL)),
    CHECK ((created_by IS NOT NULL AND posted_at IS NOT NULL) = (approved_by IS NOT NULL)),
    CHECK (approved_by <> created_by),
    CHECK (created_at <= posted_at AND posted_at <= updated_at),
    CHECK (reverses_entry_id <> journal_entry_id),
    CHECK (created_at <= updated_at)
);
CREATE INDEX journal_entry_headers_company ON financial.journal_entry_headers (company_id, posting_date);
CREATE INDEX journal_entry_headers_type ON financial.journal_entry_headers (entry_type, posting_date);
CREATE INDEX journal_entry_headers_draft ON financial.journal_entry_headers (created_at) WHERE entry_status = 'draft';
CREATE INDEX journal_entry_headers_fiscal_period ON financial.journal_entry_headers (fiscal_period_id);
COMMENT ON TABLE financial.journal_entry_headers IS 'Journal entry of the general ledger: a copy of each accounting document of the ERP, and the entries of finance itself.';
COMMENT ON COLUMN financial.journal_entry_headers.journal_entry_id IS 'Key.';
COMMENT ON COLUMN financial.journal_entry_headers.journal_number IS 'Readable number: GL-<letter and number of the entity>-<yyyymmdd>-<sequence>.';
COMMENT ON COLUMN financial.journal_entry_headers.entry_type IS 'operational (copy of an ERP document) | manual | depreciation | accrual | payroll_accrual | fx_revaluation | intercompany | closing (result to retained earnings).';
COMMENT ON COLUMN financial.journal_entry_headers.erp_journal_entry_id IS 'Document copied; operational entries only, NULL otherwise. -> erp.journal_entries(journal_entry_id)';
COMMENT ON COLUMN financial.journal_entry_headers.company_id IS 'Company whose books it is in. -> master.companies(company_id)';
COMMENT ON COLUMN financial.journal_entry_headers.fiscal_period_id IS 'Period of the posting date.';
COMMENT ON COLUMN financial.journal_entry_headers.posting_date IS 'Date in the books, local to the company.';
COMMENT ON COLUMN financial.journal_entry_headers.reference IS 'Number of the document behind it; NULL if it has none.';
COMMENT ON COLUMN financial.journal_entry_headers.currency IS 'Currency of the document, ISO 4217.';
COMMENT ON COLUMN financial.journal_entry_headers.functional_currency IS 'Currency of the books, ISO 4217.';
COMMENT ON COLUMN financial.journal_entry_headers.exchange_rate IS 'Functional currency for one unit of the document''s, rate of the day.';
COMMENT ON COLUMN financial.journal_entry_headers.exchange_rate_usd IS 'Rate of the day [USD per unit] of the currency of the document.';
COMMENT ON COLUMN financial.journal_entry_headers.total_debit IS 'Sum of the debits of the lines [currency].';
COMMENT ON COLUMN financial.journal_entry_headers.total_credit IS 'Sum of the credits of the lines [currency].';
COMMENT ON COLUMN financial.journal_entry_headers.total_functional IS 'Sum of the debits of the lines, equal to that of the credits [functional_currency].';
COMMENT ON COLUMN financial.journal_entry_headers.total_usd IS 'Sum of the debits of the lines, equal to that of the credits, USD.';
COMMENT ON COLUMN financial.journal_entry_headers.entry_status IS 'draft (waiting for approval) | posted | reversed (another entry undoes it).';
COMMENT ON COLUMN financial.journal_entry_headers.reverses_entry_id IS 'Entry that this one undoes; NULL unless a reversal or the release of an accrual.';
COMMENT ON COLUMN financial.journal_entry_headers.created_by IS 'Accountant; NULL for entries made by a rule. -> master.employees(employee_id)';
COMMENT ON COLUMN financial.journal_entry_headers.created_at IS 'When it was created.';
COMMENT ON COLUMN financial.journal_entry_headers.approved_by IS 'Controller who approved it; known then, NULL for entries made by a rule. -> master.employees(employee_id)';
COMMENT ON COLUMN financial.journal_entry_headers.posted_at IS 'When it was posted; known then.';
COMMENT ON COLUMN financial.journal_entry_headers.updated_at IS 'Last change of the row.';

CREATE TABLE financial.journal_entry_lines (
    journal_entry_line_id bigint PRIMARY KEY,
    journal_entry_id bigint NOT NULL REFERENCES financial.journal_entry_headers (journal_entry_id),
    line_number smallint NOT NULL CHECK (line_number > 0),
    erp_journal_entry_line_id bigint UNIQUE,
    account_id integer NOT NULL REFERENCES financial.chart_of_accounts (account_id),
    cost_center_id integer REFERENCES financial.cost_centers (cost_center_id),
    partner_company_id integer,
    debit_amount numeric(14, 2) NOT NULL CHECK (debit_amount >= 0),
    credit_amount numeric(14, 2) NOT NULL CHECK (credit_amount >= 0),
    functional_debit numeric(14, 2) NOT NULL CHECK (functional_debit >= 0),
    functional_credit numeric(14, 2) NOT NULL CHECK (functional_credit >= 0),
    debit_usd numeric(14, 2) NOT NULL CHECK (debit_usd >= 0),
    credit_usd numeric(14, 2) NOT NULL CHECK (credit_usd >= 0),
    created_at timestamptz NOT NULL,
    UNIQUE (journal_entry_id, line_number),
    CHECK (debit_amount + functional_debit + debit_usd = 0 OR credit_amount + functional_credit + credit_usd = 0),
    CHECK (functional_debit + functional_credit + debit_usd + credit_usd > 0)
);
CREATE INDEX journal_entry_lines_account ON financial.journal_entry_lines (account_id, created_at);
CREATE INDEX journal_entry_lines_cost_center ON financial.journal_entry_lines (cost_center_id, account_id)
    WHERE cost_center_id IS NOT NULL;
CREATE INDEX journal_entry_lines_partner ON financial.journal_entry_lines (partner_company_id)
    WHERE partner_company_id IS NOT NULL;
COMMENT ON TABLE financial.journal_entry_lines IS 'Debit or credit of a journal entry in the three currencies. An exchange difference has no amount in the currency of the document.';
COMMENT ON COLUMN financial.journal_entry_lines.journal_entry_line_id IS 'Key.';
COMMENT ON COLUMN financial.journal_entry_lines.journal_entry_id IS 'Journal entry.';
COMMENT ON COLUMN financial.journal_entry_lines.line_number IS 'Position, from 1.';
COMMENT ON COLUMN financial.journal_entry_lines.erp_journal_entry_line_id IS 'Line copied; operational entries only, NULL otherwise. -> erp.journal_entry_lines(journal_entry_line_id)';
COMMENT ON COLUMN financial.journal_entry_lines.account_id IS 'Account.';
COMMENT ON COLUMN financial.journal_entry_lines.cost_center_id IS 'Cost centre; NULL on accounts that need none.';
COMMENT ON COLUMN financial.journal_entry_lines.partner_company_id IS 'Company of the group on the other side; inter-company lines only, NULL otherwise. -> master.companies(company_id)';
COMMENT ON COLUMN financial.journal_entry_lines.debit_amount IS 'Debit in the currency of the document [currency]; 0 for a credit.';
COMMENT ON COLUMN financial.journal_entry_lines.credit_amount IS 'Credit in the currency of the document [currency]; 0 for a debit.';
COMMENT ON COLUMN financial.journal_entry_lines.functional_debit IS 'Debit in the currency of the books [functional_currency].';
COMMENT ON COLUMN financial.journal_entry_lines.functional_credit IS 'Credit in the currency of the books [functional_currency].';
COMMENT ON COLUMN financial.journal_entry_lines.debit_usd IS 'Debit in the currency of the group, USD.';
COMMENT ON COLUMN financial.journal_entry_lines.credit_usd IS 'Credit in the currency of the group, USD.';
COMMENT ON COLUMN financial.journal_entry_lines.created_at IS 'When it was created, with its entry.';

CREATE TABLE financial.gl_audit_trail (
    gl_audit_trail_id bigint PRIMARY KEY,
    journal_entry_id bigint NOT NULL REFERENCES financial.journal_entry_headers (journal_entry_id),
    action_sequence smallint NOT NULL CHECK (action_sequence > 0),
    action_type text NOT NULL CHECK (action_type IN ('created', 'changed', 'approved', 'posted', 'reversed')),
    audit_timestamp timestamptz NOT NULL,
    user_id integer,
    changed_field text CHECK (changed_field IN
        ('posting_date', 'reference', 'cost_center_id', 'account_id', 'amount')),
    old_value text,
    new_value text,
    total_usd numeric(16, 2) NOT NULL CHECK (total_usd >= 0),
    UNIQUE (journal_entry_id, action_sequence),
    CHECK (num_nonnulls(changed_field, old_value, new_value) = CASE action_type WHEN 'changed' THEN 3 ELSE 0 END),
    CHECK ((action_sequence = 1) = (action_type = 'created')),
    CHECK (action_type NOT IN ('changed', 'approved') OR user_id IS NOT NULL)
);
CREATE INDEX gl_audit_trail_time ON financial.gl_audit_trail (audit_timestamp);
CREATE INDEX gl_audit_trail_user ON financial.gl_audit_trail (user_id, audit_timestamp) WHERE user_id IS NOT NULL;
COMMENT ON TABLE financial.gl_audit_trail IS 'Action on a journal entry, in the order in which it was done.';
COMMENT ON COLUMN financial.gl_audit_trail.gl_audit_trail_id IS 'Key.';
COMMENT ON COLUMN financial.gl_audit_trail.journal_entry_id IS 'Journal entry.';
COMMENT ON COLUMN financial.gl_audit_trail.action_sequence IS 'Number of the action on its entry, from 1.';
COMMENT ON COLUMN financial.gl_audit_trail.action_type IS 'created | changed | approved | posted | reversed.';
COMMENT ON COLUMN financial.gl_audit_trail.audit_timestamp IS 'When it was done.';
COMMENT ON COLUMN financial.gl_audit_trail.user_id IS 'Who did it; NULL where the posting engine did. -> master.employees(employee_id)';
COMMENT ON COLUMN financial.gl_audit_trail.changed_field IS 'What was changed; changes of drafts only, NULL otherwise.';
COMMENT ON COLUMN financial.gl_audit_trail.old_value IS 'Value before the change; NULL unless changed.';
COMMENT ON COLUMN financial.gl_audit_trail.new_value IS 'Value after the change; NULL unless changed.';
COMMENT ON COLUMN financial.gl_audit_trail.total_usd IS 'Total of the entry after the action, USD.';

CREATE TABLE financial.inter_company_transactions (
    inter_company_transaction_id bigint PRIMARY KEY,
    transaction_number text NOT NULL UNIQUE CHECK (transaction_number ~ '^IC-CO[0-9]{2}-[0-9]{8}-[0-9]{2,}$'),
    transaction_type text NOT NULL CHECK (transaction_type IN
        ('stock_transfer', 'service_recharge', 'freight_recharge')),
    from_company_id integer NOT NULL,
    to_company_id integer NOT NULL,
    transaction_date date NOT NULL,
    amount numeric(14, 2) NOT NULL CHECK (amount > 0),
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    amount_usd numeric(14, 2) NOT NULL CHECK (amount_usd > 0),
    cost_usd numeric(14, 2) NOT NULL CHECK (cost_usd >= 0),
    from_company_journal_id bigint NOT NULL REFERENCES financial.journal_entry_headers (journal_entry_id),
    to_company_journal_id bigint REFERENCES financial.journal_entry_headers (journal_entry_id),
    reconciliation_status text NOT NULL CHECK (reconciliation_status IN ('one_sided', 'mirrored', 'reconciled')),
    reconciled_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (from_company_id <> to_company_id),
    CHECK (currency <> 'USD' OR amount = amount_usd),
    CHECK (from_company_journal_id <> to_company_journal_id),
    CHECK ((reconciliation_status = 'one_sided') = (to_company_journal_id IS NULL)),
    CHECK ((reconciliation_status = 'reconciled') = (reconciled_at IS NOT NULL)),
    CHECK (created_at < reconciled_at),
    CHECK (created_at <= updated_at)
);
CREATE INDEX inter_company_transactions_from_company
    ON financial.inter_company_transactions (from_company_id, transaction_date);
CREATE INDEX inter_company_transactions_to_company
    ON financial.inter_company_transactions (to_company_id, transaction_date);
CREATE INDEX inter_company_transactions_date ON financial.inter_company_transactions (transaction_date);
CREATE INDEX inter_company_transactions_from_company_journal
    ON financial.inter_company_transactions (from_company_journal_id);
CREATE INDEX inter_company_transactions_to_company_journal
    ON financial.inter_company_transactions (to_company_journal_id)
    WHERE to_company_journal_id IS NOT NULL;
COMMENT ON TABLE financial.inter_company_transactions IS 'Delivery or charge between two companies of the group, posted in the books of both.';
COMMENT ON COLUMN financial.inter_company_transactions.inter_company_transaction_id IS 'Key.';
COMMENT ON COLUMN financial.inter_company_transactions.transaction_number IS 'Readable number: IC-<code of the company that charges>-<yyyymmdd>-<sequence>.';
COMMENT ON COLUMN financial.inter_company_transactions.transaction_type IS 'stock_transfer (finished parts to another company''s warehouse) | service_recharge (group functions) | freight_recharge.';
COMMENT ON COLUMN financial.inter_company_transactions.from_company_id IS 'Company that delivers and charges. -> master.companies(company_id)';
COMMENT ON COLUMN financial.inter_company_transactions.to_company_id IS 'Company that receives and owes. -> master.companies(company_id)';
COMMENT ON COLUMN financial.inter_company_transactions.transaction_date IS 'Date of the charge.';
COMMENT ON COLUMN financial.inter_company_transactions.amount IS 'Amount charged [currency].';
COMMENT ON COLUMN financial.inter_company_transactions.currency IS 'Currency of the charge: that of the company that charges, ISO 4217.';
COMMENT ON COLUMN financial.inter_company_transactions.amount_usd IS 'Amount at the rate of the date, USD.';
COMMENT ON COLUMN financial.inter_company_transactions.cost_usd IS 'Standard cost of what was delivered, or cost recharged; the rest of the amount is profit to be eliminated, USD.';
COMMENT ON COLUMN financial.inter_company_transactions.from_company_journal_id IS 'Entry of the company that charges.';
COMMENT ON COLUMN financial.inter_company_transactions.to_company_journal_id IS 'Entry of the company that owes; known when booked there.';
COMMENT ON COLUMN financial.inter_company_transactions.reconciliation_status IS 'one_sided (not yet booked by the other company) | mirrored | reconciled (agreed at period end).';
COMMENT ON COLUMN financial.inter_company_transactions.reconciled_at IS 'When both companies agreed; known then.';
COMMENT ON COLUMN financial.inter_company_transactions.created_at IS 'When it was recorded.';
COMMENT ON COLUMN financial.inter_company_transactions.updated_at IS 'Last change of the row.';

-- Balances, budgets, statements and closing.
CREATE TABLE financial.account_balances (
    account_balance_id bigint PRIMARY KEY,
    account_id integer NOT NULL REFERENCES financial.chart_of_accounts (account_id),
    cost_center_id integer REFERENCES financial.cost_centers (cost_center_id),
    fiscal_period_id integer NOT NULL REFERENCES financial.fiscal_periods (fiscal_period_id),
    beginning_balance numeric(16, 2) NOT NULL,
    period_debit numeric(16, 2) NOT NULL CHECK (period_debit >= 0),
    period_credit numeric(16, 2) NOT NULL CHECK (period_credit >= 0),
    ending_balance numeric(16, 2) NOT NULL,
    beginning_balance_usd numeric(16, 2) NOT NULL,
    period_debit_usd numeric(16, 2) NOT NULL CHECK (period_debit_usd >= 0),
    period_credit_usd numeric(16, 2) NOT NULL CHECK (period_credit_usd >= 0),
    ending_balance_usd numeric(16, 2) NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (fiscal_period_id, account_id, cost_center_id),
    CHECK (ending_balance = beginning_balance + period_debit - period_credit),
    CHECK (ending_balance_usd = beginning_balance_usd + period_debit_usd - period_credit_usd)
);
CREATE UNIQUE INDEX account_balances_no_cost_center ON financial.account_balances (fiscal_period_id, account_id)
    WHERE cost_center_id IS NULL;
CREATE INDEX account_balances_account ON financial.account_balances (account_id);
CREATE INDEX account_balances_cost_center ON financial.account_balances (cost_center_id)
    WHERE cost_center_id IS NOT NULL;
COMMENT ON TABLE financial.account_balances IS 'Balance of an account in a period of a company, by cost centre where it has one; debit less credit.';
COMMENT ON COLUMN financial.account_balances.account_balance_id IS 'Key.';
COMMENT ON COLUMN financial.account_balances.account_id IS 'Account.';
COMMENT ON COLUMN financial.account_balances.cost_center_id IS 'Cost centre; NULL on accounts that need none.';
COMMENT ON COLUMN financial.account_balances.fiscal_period_id IS 'Period, and with it the company.';
COMMENT ON COLUMN financial.account_balances.beginning_balance IS 'Balance at the start of the period; 0 in January on the income statement [functional_currency].';
COMMENT ON COLUMN financial.account_balances.period_debit IS 'Debits of the period so far [functional_currency].';
COMMENT ON COLUMN financial.account_balances.period_credit IS 'Credits of the period so far [functional_currency].';
COMMENT ON COLUMN financial.account_balances.ending_balance IS 'Balance after them [functional_currency].';
COMMENT ON COLUMN financial.account_balances.beginning_balance_usd IS 'Balance at the start of the period, USD.';
COMMENT ON COLUMN financial.account_balances.period_debit_usd IS 'Debits of the period so far, USD.';
COMMENT ON COLUMN financial.account_balances.period_credit_usd IS 'Credits of the period so far, USD.';
COMMENT ON COLUMN financial.account_balances.ending_balance_usd IS 'Balance after them, USD.';
COMMENT ON COLUMN financial.account_balances.updated_at IS 'Last change of the row.';

CREATE TABLE financial.cost_center_balances (
    cost_center_balance_id bigint PRIMARY KEY,
    cost_center_id integer NOT NULL REFERENCES financial.cost_centers (cost_center_id),
    account_id integer NOT NULL REFERENCES financial.chart_of_accounts (account_id),
    fiscal_period_id integer NOT NULL REFERENCES financial.fiscal_periods (fiscal_period_id),
    primary_cost_usd numeric(16, 2) NOT NULL,
    allocated_in_usd numeric(16, 2) NOT NULL CHECK (allocated_in_usd >= 0),
    allocated_out_usd numeric(16, 2) NOT NULL CHECK (allocated_out_usd >= 0),
    total_cost_usd numeric(16, 2) NOT NULL,
    budget_usd numeric(16, 2) NOT NULL CHECK (budget_usd >= 0),
    updated_at timestamptz NOT NULL,
    UNIQUE (fiscal_period_id, cost_center_id, account_id),
    CHECK (total_cost_usd = primary_cost_usd + allocated_in_usd - allocated_out_usd)
);
CREATE INDEX cost_center_balances_cost_center ON financial.cost_center_balances (cost_center_id);
CREATE INDEX cost_center_balances_account ON financial.cost_center_balances (account_id);
COMMENT ON TABLE financial.cost_center_balances IS 'Cost of a cost centre by cost element (expense account) in a period, with its budget, USD.';
COMMENT ON COLUMN financial.cost_center_balances.cost_center_balance_id IS 'Key.';
COMMENT ON COLUMN financial.cost_center_balances.cost_center_id IS 'Cost centre.';
COMMENT ON COLUMN financial.cost_center_balances.account_id IS 'Cost element.';
COMMENT ON COLUMN financial.cost_center_balances.fiscal_period_id IS 'Period.';
COMMENT ON COLUMN financial.cost_center_balances.primary_cost_usd IS 'Posted in the period so far, debits less credits, USD.';
COMMENT ON COLUMN financial.cost_center_balances.allocated_in_usd IS 'Received from other cost centres at period end, USD.';
COMMENT ON COLUMN financial.cost_center_balances.allocated_out_usd IS 'Passed on to other cost centres and products at period end, USD.';
COMMENT ON COLUMN financial.cost_center_balances.total_cost_usd IS 'Posted plus received less passed on, USD.';
COMMENT ON COLUMN financial.cost_center_balances.budget_usd IS 'Approved budget of the month; 0 if it has none, USD.';
COMMENT ON COLUMN financial.cost_center_balances.updated_at IS 'Last change of the row.';

CREATE TABLE financial.budget_templates (
    budget_template_id integer PRIMARY KEY,
    template_code text NOT NULL UNIQUE CHECK (template_code ~ '^BT-[A-Z0-9]+-[0-9]{2}$'),
    template_name text NOT NULL UNIQUE,
    budget_type text NOT NULL CHECK (budget_type IN ('operating', 'sales', 'maintenance', 'capital')),
    company_id integer NOT NULL,
    distribution_method text NOT NULL CHECK (distribution_method IN
        ('equal', 'working_days', 'seasonal', 'prior_year')),
    growth_percentage numeric(6, 2) NOT NULL CHECK (growth_percentage BETWEEN -50 AND 50),
    planning_basis text NOT NULL CHECK (planning_basis IN ('prior_year_actual', 'zero_based', 'production_volume')),
    owner_id integer NOT NULL,
    valid_from date NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE INDEX budget_templates_company ON financial.budget_templates (company_id);
COMMENT ON TABLE financial.budget_templates IS 'Budget template: how the budget of a kind is spread and raised.';
COMMENT ON COLUMN financial.budget_templates.budget_template_id IS 'Key.';
COMMENT ON COLUMN financial.budget_templates.template_code IS 'Template code.';
COMMENT ON COLUMN financial.budget_templates.template_name IS 'Name.';
COMMENT ON COLUMN financial.budget_templates.budget_type IS 'operating | sales | maintenance | capital.';
COMMENT ON COLUMN financial.budget_templates.company_id IS 'Company it is for. -> master.companies(company_id)';
COMMENT ON COLUMN financial.budget_templates.distribution_method IS 'How the year is spread over the months: equal | working_days | seasonal | prior_year.';
COMMENT ON COLUMN financial.budget_templates.growth_percentage IS 'Raise on the base before the departments'' plans.';
COMMENT ON COLUMN financial.budget_templates.planning_basis IS 'Base of the plan: prior_year_actual | zero_based | production_volume.';
COMMENT ON COLUMN financial.budget_templates.owner_id IS 'Controller in charge. -> master.employees(employee_id)';
COMMENT ON COLUMN financial.budget_templates.valid_from IS 'First fiscal year of use: its first day.';
COMMENT ON COLUMN financial.budget_templates.created_at IS 'When the record was entered.';

CREATE TABLE financial.budget_headers (
    budget_id integer PRIMARY KEY,
    budget_code text NOT NULL UNIQUE CHECK (budget_code ~ '^BUD-CO[0-9]{2}-[0-9]{4}-[A-Z]+-V[0-9]+$'),
    budget_name text NOT NULL,
    budget_template_id integer NOT NULL REFERENCES financial.budget_templates (budget_template_id),
    fiscal_year_id integer NOT NULL REFERENCES financial.fiscal_years (fiscal_year_id),
    budget_version smallint NOT NULL CHECK (budget_version > 0),
    budget_status text NOT NULL CHECK (budget_status IN ('draft', 'submitted', 'approved', 'superseded')),
    total_amount_usd numeric(16, 2) NOT NULL CHECK (total_amount_usd >= 0),
    prepared_by integer NOT NULL,
    submitted_at timestamptz,
    approved_by integer,
    approved_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (fiscal_year_id, budget_template_id, budget_version),
    CHECK ((budget_status = 'draft') = (submitted_at IS NULL)),
    CHECK ((budget_status IN ('approved', 'superseded')) = (approved_at IS NOT NULL)),
    CHECK ((approved_at IS NULL) = (approved_by IS NULL)),
    CHECK (approved_by <> prepared_by),
    CHECK (created_at < submitted_at),
    CHECK (submitted_at < approved_at),
    CHECK (created_at <= updated_at)
);
CREATE INDEX budget_headers_budget_template ON financial.budget_headers (budget_template_id);
COMMENT ON TABLE financial.budget_headers IS 'Version of the yearly budget of a company.';
COMMENT ON COLUMN financial.budget_headers.budget_id IS 'Key.';
COMMENT ON COLUMN financial.budget_headers.budget_code IS 'Readable number: BUD-<company code>-<year>-<type>-V<version>.';
COMMENT ON COLUMN financial.budget_headers.budget_name IS 'Name.';
COMMENT ON COLUMN financial.budget_headers.budget_template_id IS 'Template it was made from.';
COMMENT ON COLUMN financial.budget_headers.fiscal_year_id IS 'Fiscal year, and with it the company.';
COMMENT ON COLUMN financial.budget_headers.budget_version IS 'Version, from 1; the latest approved one counts.';
COMMENT ON COLUMN financial.budget_headers.budget_status IS 'draft | submitted | approved | superseded (a later version was approved).';
COMMENT ON COLUMN financial.budget_headers.total_amount_usd IS 'Sum of its lines, USD.';
COMMENT ON COLUMN financial.budget_headers.prepared_by IS 'Controller. -> master.employees(employee_id)';
COMMENT ON COLUMN financial.budget_headers.submitted_at IS 'When it was submitted; known then.';
COMMENT ON COLUMN financial.budget_headers.approved_by IS 'Manager who approved it; known then. -> master.employees(employee_id)';
COMMENT ON COLUMN financial.budget_headers.approved_at IS 'When it was approved; known then.';
COMMENT ON COLUMN financial.budget_headers.created_at IS 'When it was begun.';
COMMENT ON COLUMN financial.budget_headers.updated_at IS 'Last change of the row.';

CREATE TABLE financial.budget_lines (
    budget_line_id bigint PRIMARY KEY,
    budget_id integer NOT NULL REFERENCES financial.budget_headers (budget_id),
    account_id integer NOT NULL REFERENCES financial.chart_of_accounts (account_id),
    cost_center_id integer REFERENCES financial.cost_centers (cost_center_id),
    period_01 numeric(14, 2) NOT NULL CHECK (period_01 >= 0),
    period_02 numeric(14, 2) NOT NULL CHECK (period_02 >= 0),
    period_03 numeric(14, 2) NOT NULL CHECK (period_03 >= 0),
    period_04 numeric(14, 2) NOT NULL CHECK (period_04 >= 0),
    period_05 numeric(14, 2) NOT NULL CHECK (period_05 >= 0),
    period_06 numeric(14, 2) NOT NULL CHECK (period_06 >= 0),
    period_07 numeric(14, 2) NOT NULL CHECK (period_07 >= 0),
    period_08 numeric(14, 2) NOT NULL CHECK (period_08 >= 0),
    period_09 numeric(14, 2) NOT NULL CHECK (period_09 >= 0),
    period_10 numeric(14, 2) NOT NULL CHECK (period_10 >= 0),
    period_11 numeric(14, 2) NOT NULL CHECK (period_11 >= 0),
    period_12 numeric(14, 2) NOT NULL CHECK (period_12 >= 0),
    annual_total numeric(14, 2) NOT NULL,
    created_at timestamptz NOT NULL,
    UNIQUE (budget_id, account_id, cost_center_id),
    CHECK (annual_total = period_01 + period_02 + period_03 + period_04 + period_05 + period_06 + period_07 +
        period_08 + period_09 + period_10 + period_11 + period_12)
);
CREATE UNIQUE INDEX budget_lines_no_cost_center ON financial.budget_lines (budget_id, account_id)
    WHERE cost_center_id IS NULL;
CREATE INDEX budget_lines_account ON financial.budget_lines (account_id);
CREATE INDEX budget_lines_cost_center ON financial.budget_lines (cost_center_id) WHERE cost_center_id IS NOT NULL;
COMMENT ON TABLE financial.budget_lines IS 'Budget of an account, by cost centre where it needs one, for the twelve months of the year, USD.';
COMMENT ON COLUMN financial.budget_lines.budget_line_id IS 'Key.';
COMMENT ON COLUMN financial.budget_lines.budget_id IS 'Budget.';
COMMENT ON COLUMN financial.budget_lines.account_id IS 'Account.';
COMMENT ON COLUMN financial.budget_lines.cost_center_id IS 'Cost centre; NULL on accounts that need none.';
COMMENT ON COLUMN financial.budget_lines.period_01 IS 'January [USD].';
COMMENT ON COLUMN financial.budget_lines.period_02 IS 'February [USD].';
COMMENT ON COLUMN financial.budget_lines.period_03 IS 'March [USD].';
COMMENT ON COLUMN financial.budget_lines.period_04 IS 'April [USD].';
COMMENT ON COLUMN financial.budget_lines.period_05 IS 'May [USD].';
COMMENT ON COLUMN financial.budget_lines.period_06 IS 'June [USD].';
COMMENT ON COLUMN financial.budget_lines.period_07 IS 'July [USD].';
COMMENT ON COLUMN financial.budget_lines.period_08 IS 'August [USD].';
COMMENT ON COLUMN financial.budget_lines.period_09 IS 'September [USD].';
COMMENT ON COLUMN financial.budget_lines.period_10 IS 'October [USD].';
COMMENT ON COLUMN financial.budget_lines.period_11 IS 'November [USD].';
COMMENT ON COLUMN financial.budget_lines.period_12 IS 'December [USD].';
COMMENT ON COLUMN financial.budget_lines.annual_total IS 'Sum of the months [USD].';
COMMENT ON COLUMN financial.budget_lines.created_at IS 'When it was entered; a change makes a new version of the budget.';

CREATE TABLE financial.financial_statements (
    financial_statement_id bigint PRIMARY KEY,
    statement_type text NOT NULL CHECK (statement_type IN ('balance_sheet', 'income_statement', 'cash_flow')),
    company_id integer NOT NULL,
    fiscal_period_id integer NOT NULL REFERENCES financial.fiscal_periods (fiscal_period_id),
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    exchange_rate_usd numeric(18, 8) NOT NULL CHECK (exchange_rate_usd > 0),
    current_assets numeric(16, 2),
    non_current_assets numeric(16, 2),
    total_assets numeric(16, 2),
    current_liabilities numeric(16, 2),
    non_current_liabilities numeric(16, 2),
    equity numeric(16, 2),
    revenue numeric(16, 2),
    cost_of_sales numeric(16, 2),
    operating_expenses numeric(16, 2),
    financial_result numeric(16, 2),
    income_tax numeric(16, 2),
    net_income numeric(16, 2),
    operating_cash_flow numeric(16, 2),
    investing_cash_flow numeric(16, 2),
    financing_cash_flow numeric(16, 2),
    net_cash_flow numeric(16, 2),
    statement_status text NOT NULL CHECK (statement_status IN ('preliminary', 'final')),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (fiscal_period_id, statement_type),
    CHECK (currency <> 'USD' OR exchange_rate_usd = 1),
    CHECK (num_nonnulls(current_assets, non_current_assets, total_assets, current_liabilities,
        non_current_liabilities, equity) IN (0, 6)),
    CHECK ((statement_type = 'balance_sheet') = (total_assets IS NOT NULL)),
    CHECK (num_nonnulls(revenue, cost_of_sales, operating_expenses, financial_result, income_tax, net_income) IN
        (0, 6)),
    CHECK ((statement_type = 'income_statement') = (net_income IS NOT NULL)),
    CHECK (num_nonnulls(operating_cash_flow, investing_cash_flow, financing_cash_flow, net_cash_flow) IN (0, 4)),
    CHECK ((statement_type = 'cash_flow') = (net_cash_flow IS NOT NULL)),
    CHECK (total_assets = current_assets + non_current_assets),
    CHECK (total_assets = current_liabilities + non_current_liabilities + equity),
    CHECK (net_income = revenue - cost_of_sales - operating_expenses + financial_result - income_tax),
    CHECK (net_cash_flow = operating_cash_flow + investing_cash_flow + financing_cash_flow),
    CHECK (created_at <= updated_at)
);
CREATE INDEX financial_statements_company ON financial.financial_statements (company_id, statement_type);
COMMENT ON TABLE financial.financial_statements IS 'Financial statement of a company for a period, in the currency of its books; its columns are those of its type, NULL in the others.';
COMMENT ON COLUMN financial.financial_statements.financial_statement_id IS 'Key.';
COMMENT ON COLUMN financial.financial_statements.statement_type IS 'balance_sheet (at the end of the period) | income_statement | cash_flow (of the period).';
COMMENT ON COLUMN financial.financial_statements.company_id IS 'Company. -> master.companies(company_id)';
COMMENT ON COLUMN financial.financial_statements.fiscal_period_id IS 'Period.';
COMMENT ON COLUMN financial.financial_statements.currency IS 'Functional currency of the company, ISO 4217.';
COMMENT ON COLUMN financial.financial_statements.exchange_rate_usd IS 'Rate for the group [USD per unit]: closing for the balance sheet, average for the others.';
COMMENT ON COLUMN financial.financial_statements.current_assets IS 'Balance sheet: cash, receivables, stock and work in process [currency].';
COMMENT ON COLUMN financial.financial_statements.non_current_assets IS 'Balance sheet: machines and buildings less depreciation [currency].';
COMMENT ON COLUMN financial.financial_statements.total_assets IS 'Balance sheet: sum of the two [currency].';
COMMENT ON COLUMN financial.financial_statements.current_liabilities IS 'Balance sheet: payables, accruals and taxes [currency].';
COMMENT ON COLUMN financial.financial_statements.non_current_liabilities IS 'Balance sheet: loans and provisions [currency].';
COMMENT ON COLUMN financial.financial_statements.equity IS 'Balance sheet: capital, retained earnings and the result of the year so far [currency].';
COMMENT ON COLUMN financial.financial_statements.revenue IS 'Income statement: sales less deductions, and other revenue [currency].';
COMMENT ON COLUMN financial.financial_statements.cost_of_sales IS 'Income statement: cost of goods sold, variances and scrap [currency].';
COMMENT ON COLUMN financial.financial_statements.operating_expenses IS 'Income statement: expenses of the cost centres not in the cost of sales [currency].';
COMMENT ON COLUMN financial.financial_statements.financial_result IS 'Income statement: interest and exchange differences, positive if a gain [currency].';
COMMENT ON COLUMN financial.financial_statements.income_tax IS 'Income statement: tax on the result [currency].';
COMMENT ON COLUMN financial.financial_statements.net_income IS 'Income statement: result of the period [currency].';
COMMENT ON COLUMN financial.financial_statements.operating_cash_flow IS 'Cash flow from operations [currency].';
COMMENT ON COLUMN financial.financial_statements.investing_cash_flow IS 'Cash flow from investment [currency].';
COMMENT ON COLUMN financial.financial_statements.financing_cash_flow IS 'Cash flow from financing [currency].';
COMMENT ON COLUMN financial.financial_statements.net_cash_flow IS 'Change of cash in the period [currency].';
COMMENT ON COLUMN financial.financial_statements.statement_status IS 'preliminary (period not closed) | final.';
COMMENT ON COLUMN financial.financial_statements.created_at IS 'When it was first drawn up.';
COMMENT ON COLUMN financial.financial_statements.updated_at IS 'Last change of the row.';

CREATE TABLE financial.period_close_tasks (
    period_close_task_id bigint PRIMARY KEY,
    fiscal_period_id integer NOT NULL REFERENCES financial.fiscal_periods (fiscal_period_id),
    task_sequence smallint NOT NULL CHECK (task_sequence > 0),
    task_code text NOT NULL CHECK (task_code ~ '^[A-Z]{2,3}-[0-9]{2}$'),
    task_name text NOT NULL,
    task_area text NOT NULL CHECK (task_area IN
        ('inventory', 'production', 'receivables', 'payables', 'fixed_assets', 'payroll', 'treasury', 'intercompany',
         'tax', 'reporting')),
    is_blocking boolean NOT NULL,
    assigned_to integer NOT NULL,
    due_at timestamptz NOT NULL,
    task_status text NOT NULL CHECK (task_status IN ('not_started', 'in_progress', 'completed')),
    started_at timestamptz,
    completed_at timestamptz,
    completed_by integer,
    differences_found integer CHECK (differences_found >= 0),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (fiscal_period_id, task_sequence),
    UNIQUE (fiscal_period_id, task_code),
    CHECK (created_at < started_at),
    CHECK (started_at < completed_at),
    CHECK ((task_status = 'not_started') = (started_at IS NULL)),
    CHECK ((task_status = 'completed') = (completed_at IS NOT NULL)),
    CHECK ((completed_at IS NULL) = (completed_by IS NULL)),
    CHECK ((completed_at IS NULL) = (differences_found IS NULL)),
    CHECK (created_at <= updated_at)
);
CREATE INDEX period_close_tasks_assigned_to ON financial.period_close_tasks (assigned_to, due_at);
CREATE INDEX period_close_tasks_open ON financial.period_close_tasks (due_at) WHERE task_status <> 'completed';
COMMENT ON TABLE financial.period_close_tasks IS 'Task on the checklist for closing a period of a company.';
COMMENT ON COLUMN financial.period_close_tasks.period_close_task_id IS 'Key: period, number of the task.';
COMMENT ON COLUMN financial.period_close_tasks.fiscal_period_id IS 'Period to be closed.';
COMMENT ON COLUMN financial.period_close_tasks.task_sequence IS 'Position on the checklist, from 1.';
COMMENT ON COLUMN financial.period_close_tasks.task_code IS 'Task of the standard checklist.';
COMMENT ON COLUMN financial.period_close_tasks.task_name IS 'Name.';
COMMENT ON COLUMN financial.period_close_tasks.task_area IS 'Part of the ledger it concerns.';
COMMENT ON COLUMN financial.period_close_tasks.is_blocking IS 'The period cannot close before it.';
COMMENT ON COLUMN financial.period_close_tasks.assigned_to IS 'Who is to do it. -> master.employees(employee_id)';
COMMENT ON COLUMN financial.period_close_tasks.due_at IS 'When it is due, by the closing calendar.';
COMMENT ON COLUMN financial.period_close_tasks.task_status IS 'not_started | in_progress | completed.';
COMMENT ON COLUMN financial.period_close_tasks.started_at IS 'When it was started; known then.';
COMMENT ON COLUMN financial.period_close_tasks.completed_at IS 'When it was completed; known then.';
COMMENT ON COLUMN financial.period_close_tasks.completed_by IS 'Who completed it; known then. -> master.employees(employee_id)';
COMMENT ON COLUMN financial.period_close_tasks.differences_found IS 'Items that had to be corrected [items]; known when completed.';
COMMENT ON COLUMN financial.period_close_tasks.created_at IS 'When the checklist was set up, before the end of the period.';
COMMENT ON COLUMN financial.period_close_tasks.updated_at IS 'Last change of the row.';

-- Stock shared with the warehouse systems.
CREATE TABLE financial.erp_wms_location_mappings (
    mapping_id integer PRIMARY KEY,
    warehouse_id integer NOT NULL,
    zone_id integer NOT NULL UNIQUE,
    storage_location text NOT NULL CHECK (storage_location IN ('GR01', 'QI01', 'RM01', 'FG01', 'SH01')),
    stock_type text NOT NULL CHECK (stock_type IN ('unrestricted', 'quality_inspection', 'blocked')),
    is_allocatable boolean NOT NULL,
    sync_mode text NOT NULL CHECK (sync_mode IN ('event', 'hourly')),
    effective_from date NOT NULL,
    created_at timestamptz NOT NULL,
    CHECK (NOT is_allocatable OR stock_type = 'unrestricted')
);
CREATE INDEX erp_wms_location_mappings_warehouse
    ON financial.erp_wms_location_mappings (warehouse_id, storage_location);
COMMENT ON TABLE financial.erp_wms_location_mappings IS 'Which zone of a warehouse is which storage location of the ERP, and what stock in it counts as.';
COMMENT ON COLUMN financial.erp_wms_location_mappings.mapping_id IS 'Key.';
COMMENT ON COLUMN financial.erp_wms_location_mappings.warehouse_id IS 'Warehouse. -> master.warehouses(warehouse_id)';
COMMENT ON COLUMN financial.erp_wms_location_mappings.zone_id IS 'Zone in the warehouse system. -> master.warehouse_zones(zone_id)';
COMMENT ON COLUMN financial.erp_wms_location_mappings.storage_location IS 'Storage location of the ERP: GR01 goods receipt | QI01 quality hold | RM01 raw materials and components | FG01 finished goods | SH01 shipping.';
COMMENT ON COLUMN financial.erp_wms_location_mappings.stock_type IS 'Stock type of what is put there: unrestricted | quality_inspection | blocked.';
COMMENT ON COLUMN financial.erp_wms_location_mappings.is_allocatable IS 'Stock in it can be allocated to orders.';
COMMENT ON COLUMN financial.erp_wms_location_mappings.sync_mode IS 'event (each movement is a message) | hourly (movements are sent in one batch).';
COMMENT ON COLUMN financial.erp_wms_location_mappings.effective_from IS 'First day of validity.';
COMMENT ON COLUMN financial.erp_wms_location_mappings.created_at IS 'When the record was entered.';

CREATE TABLE financial.reconciliation_templates (
    reconciliation_template_id integer PRIMARY KEY,
    template_code text NOT NULL UNIQUE CHECK (template_code ~ '^RT-[0-9]{2}$'),
    template_name text NOT NULL UNIQUE,
    warehouse_type text NOT NULL CHECK (warehouse_type IN ('plant_store', 'distribution_centre')),
    frequency text NOT NULL CHECK (frequency IN ('daily', 'weekly', 'monthly')),
    comparison_level text NOT NULL CHECK (comparison_level IN ('item', 'storage_location', 'lot')),
    quantity_tolerance_percentage numeric(5, 2) NOT NULL CHECK (quantity_tolerance_percentage BETWEEN 0 AND 10),
    value_tolerance_usd numeric(14, 2) NOT NULL CHECK (value_tolerance_usd >= 0),
    automatic_posting_limit_usd numeric(14, 2) NOT NULL CHECK (automatic_posting_limit_usd >= 0),
    responsible_employee_id integer NOT NULL,
    valid_from date NOT NULL,
    created_at timestamptz NOT NULL
);
COMMENT ON TABLE financial.reconciliation_templates IS 'Rule set for comparing the stock of the ERP with that of a warehouse system.';
COMMENT ON COLUMN financial.reconciliation_templates.reconciliation_template_id IS 'Key.';
COMMENT ON COLUMN financial.reconciliation_templates.template_code IS 'Template code.';
COMMENT ON COLUMN financial.reconciliation_templates.template_name IS 'Name.';
COMMENT ON COLUMN financial.reconciliation_templates.warehouse_type IS 'Warehouses it is for: plant_store | distribution_centre.';
COMMENT ON COLUMN financial.reconciliation_templates.frequency IS 'How often it runs: daily | weekly | monthly.';
COMMENT ON COLUMN financial.reconciliation_templates.comparison_level IS 'item (per warehouse) | storage_location | lot.';
COMMENT ON COLUMN financial.reconciliation_templates.quantity_tolerance_percentage IS 'Smaller differences count as matched.';
COMMENT ON COLUMN financial.reconciliation_templates.value_tolerance_usd IS 'Differences of smaller value count as matched, USD.';
COMMENT ON COLUMN financial.reconciliation_templates.automatic_posting_limit_usd IS 'Differences up to this value are posted without a recount, USD.';
COMMENT ON COLUMN financial.reconciliation_templates.responsible_employee_id IS 'Controller in charge. -> master.employees(employee_id)';
COMMENT ON COLUMN financial.reconciliation_templates.valid_from IS 'First day of use.';
COMMENT ON COLUMN financial.reconciliation_templates.created_at IS 'When the record was entered.';

CREATE TABLE financial.inventory_allocations (
    allocation_id bigint PRIMARY KEY,
    source_type text NOT NULL CHECK (source_type IN ('sales_order', 'production_order')),
    sales_order_line_id bigint,
    production_order_component_id bigint,
    material_id integer,
    product_id integer,
    lot_id bigint NOT NULL,
    warehouse_id integer NOT NULL,
    warehouse_inventory_id bigint NOT NULL,
    allocated_quantity numeric(14, 3) NOT NULL CHECK (allocated_quantity > 0),
    picked_quantity numeric(14, 3) NOT NULL CHECK (picked_quantity >= 0),
    issued_quantity numeric(14, 3) NOT NULL CHECK (issued_quantity >= 0),
    unit_of_measure text NOT NULL CHECK (unit_of_measure IN ('kg', 'pcs')),
    required_date date NOT NULL,
    allocation_status text NOT NULL CHECK (allocation_status IN ('allocated', 'picked', 'issued', 'cancelled')),
    synced_to_wms boolean NOT NULL,
    allocated_at timestamptz NOT NULL,
    cancelled_at timestamptz,
    version integer NOT NULL CHECK (version > 0),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (num_nonnulls(material_id, product_id) = 1),
    CHECK ((source_type = 'sales_order') = (sales_order_line_id IS NOT NULL)),
    CHECK ((source_type = 'production_order') = (production_order_component_id IS NOT NULL)),
    CHECK ((source_type = 'sales_order') = (product_id IS NOT NULL)),
    CHECK (issued_quantity <= picked_quantity AND picked_quantity <= allocated_quantity),
    CHECK (unit_of_measure <> 'pcs' OR allocated_quantity = trunc(allocated_quantity)),
    CHECK (allocation_status NOT IN ('allocated', 'cancelled') OR picked_quantity = 0),
    CHECK (allocation_status <> 'picked' OR picked_quantity > 0),
    CHECK ((allocation_status = 'issued') = (issued_quantity > 0)),
    CHECK ((allocation_status = 'cancelled') = (cancelled_at IS NOT NULL)),
    CHECK (allocated_at <= created_at),
    CHECK (allocated_at < cancelled_at),
    CHECK (created_at <= updated_at)
);
CREATE INDEX inventory_allocations_sales_order_line ON financial.inventory_allocations (sales_order_line_id)
    WHERE sales_order_line_id IS NOT NULL;
CREATE INDEX inventory_allocations_component ON financial.inventory_allocations (production_order_component_id)
    WHERE production_order_component_id IS NOT NULL;
CREATE INDEX inventory_allocations_lot ON financial.inventory_allocations (lot_id);
CREATE INDEX inventory_allocations_warehouse_inventory ON financial.inventory_allocations (warehouse_inventory_id);
CREATE INDEX inventory_allocations_warehouse ON financial.inventory_allocations (warehouse_id, required_date);
CREATE INDEX inventory_allocations_open ON financial.inventory_allocations (required_date)
    WHERE allocation_status IN ('allocated', 'picked');
COMMENT ON TABLE financial.inventory_allocations IS 'Reservation of stock of one lot for an order line or a component of a production order, until it is picked or released.';
COMMENT ON COLUMN financial.inventory_allocations.allocation_id IS 'Key: warehouse, day, sequence.';
COMMENT ON COLUMN financial.inventory_allocations.source_type IS 'sales_order | production_order.';
COMMENT ON COLUMN financial.inventory_allocations.sales_order_line_id IS 'Order line supplied; NULL for production. -> erp.sales_order_lines(sales_order_line_id)';
COMMENT ON COLUMN financial.inventory_allocations.production_order_component_id IS 'Component supplied; NULL for customer orders. -> erp.production_order_components(production_order_component_id)';
COMMENT ON COLUMN financial.inventory_allocations.material_id IS 'Purchased item; NULL for a product. -> master.materials(material_id)';
COMMENT ON COLUMN financial.inventory_allocations.product_id IS 'Product; NULL for a purchased item. -> master.products(product_id)';
COMMENT ON COLUMN financial.inventory_allocations.lot_id IS 'Lot allocated. -> erp.inventory_lots(lot_id)';
COMMENT ON COLUMN financial.inventory_allocations.warehouse_id IS 'Warehouse. -> master.warehouses(warehouse_id)';
COMMENT ON COLUMN financial.inventory_allocations.warehouse_inventory_id IS 'Stock of the lot in one bin, as reserved. -> wms.warehouse_inventory(warehouse_inventory_id)';
COMMENT ON COLUMN financial.inventory_allocations.allocated_quantity IS 'Quantity allocated [unit_of_measure].';
COMMENT ON COLUMN financial.inventory_allocations.picked_quantity IS 'Quantity picked so far [unit_of_measure].';
COMMENT ON COLUMN financial.inventory_allocations.issued_quantity IS 'Quantity shipped, or issued to the line, so far [unit_of_measure].';
COMMENT ON COLUMN financial.inventory_allocations.unit_of_measure IS 'Base unit of the item: kg | pcs.';
COMMENT ON COLUMN financial.inventory_allocations.required_date IS 'Day on which it has to leave the warehouse, local to it.';
COMMENT ON COLUMN financial.inventory_allocations.allocation_status IS 'allocated | picked | issued | cancelled (released again, about 1 in 100).';
COMMENT ON COLUMN financial.inventory_allocations.synced_to_wms IS 'The warehouse system has acknowledged it; set by the flow that sends it.';
COMMENT ON COLUMN financial.inventory_allocations.allocated_at IS 'When it was allocated.';
COMMENT ON COLUMN financial.inventory_allocations.cancelled_at IS 'When it was released; NULL otherwise.';
COMMENT ON COLUMN financial.inventory_allocations.version IS 'Version sent to the warehouse system: 1, raised by a change or cancellation.';
COMMENT ON COLUMN financial.inventory_allocations.created_at IS 'When it was recorded.';
COMMENT ON COLUMN financial.inventory_allocations.updated_at IS 'Last change of the row.';

CREATE TABLE financial.erp_wms_sync_queue (
    queue_id bigint PRIMARY KEY,
    sync_direction text NOT NULL CHECK (sync_direction IN ('erp_to_wms', 'wms_to_erp')),
    transaction_type text NOT NULL CHECK (transaction_type IN
        ('allocation', 'allocation_cancel', 'goods_receipt', 'pick_confirmation', 'count_result',
         'stock_adjustment')),
    idempotency_key text NOT NULL UNIQUE,
    source_table text NOT NULL,
    source_pk bigint NOT NULL,
    version integer NOT NULL CHECK (version > 0),
    batch_id bigint NOT NULL,
    low_watermark bigint NOT NULL CHECK (low_watermark >= 0),
    high_watermark bigint NOT NULL,
    allocation_id bigint REFERENCES financial.inventory_allocations (allocation_id),
    goods_receipt_id bigint,
    picking_task_id bigint,
    cycle_count_task_id bigint,
    inventory_variance_id bigint,
    warehouse_id integer NOT NULL,
    quantity numeric(14, 3),
    source_time timestamptz NOT NULL,
    payload_hash bigint NOT NULL,
    sync_status text NOT NULL CHECK (sync_status IN ('pending', 'applied', 'failed')),
    attempt_count smallint NOT NULL CHECK (attempt_count >= 0),
    acknowledged_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (low_watermark < high_watermark),
    CHECK ((sync_direction = 'wms_to_erp') = (transaction_type IN ('pick_confirmation', 'count_result'))),
    CHECK ((transaction_type IN ('allocation', 'allocation_cancel', 'pick_confirmation')) = (allocation_id IS NOT
        NULL)),
    CHECK ((transaction_type = 'goods_receipt') = (goods_receipt_id IS NOT NULL)),
    CHECK ((transaction_type = 'pick_confirmation') = (picking_task_id IS NOT NULL)),
    CHECK ((transaction_type = 'count_result') = (cycle_count_task_id IS NOT NULL)),
    CHECK ((transaction_type = 'stock_adjustment') = (inventory_variance_id IS NOT NULL)),
    CHECK ((transaction_type = 'goods_receipt') = (quantity IS NULL)),
    CHECK ((sync_status = 'pending') = (attempt_count = 0)),
    CHECK ((sync_status = 'applied') = (acknowledged_at IS NOT NULL)),
    CHECK (created_at <= acknowledged_at AND acknowledged_at <= updated_at),
    CHECK (source_time <= created_at),
    CHECK (created_at <= updated_at)
);
CREATE INDEX erp_wms_sync_queue_source ON financial.erp_wms_sync_queue (source_table, source_pk);
CREATE INDEX erp_wms_sync_queue_batch ON financial.erp_wms_sync_queue (batch_id);
CREATE INDEX erp_wms_sync_queue_warehouse ON financial.erp_wms_sync_queue (warehouse_id, created_at);
CREATE INDEX erp_wms_sync_queue_goods_receipt ON financial.erp_wms_sync_queue (goods_receipt_id)
    WHERE goods_receipt_id IS NOT NULL;
CREATE INDEX erp_wms_sync_queue_unanswered ON financial.erp_wms_sync_queue (created_at)
    WHERE sync_status <> 'applied';
CREATE INDEX erp_wms_sync_queue_allocation ON financial.erp_wms_sync_queue (allocation_id)
    WHERE allocation_id IS NOT NULL;
COMMENT ON TABLE financial.erp_wms_sync_queue IS 'Message between the ERP and a warehouse system, one row a version of its source row; delivered at least once, applied once. Written by flow: inventory allocations to supply chain.';
COMMENT ON COLUMN financial.erp_wms_sync_queue.queue_id IS 'Key.';
COMMENT ON COLUMN financial.erp_wms_sync_queue.sync_direction IS 'erp_to_wms | wms_to_erp.';
COMMENT ON COLUMN financial.erp_wms_sync_queue.transaction_type IS 'allocation | allocation_cancel | goods_receipt (to be put away) | stock_adjustment go to the warehouse; pick_confirmation | count_result come from it.';
COMMENT ON COLUMN financial.erp_wms_sync_queue.idempotency_key IS 'Hash of flow, source row and version; a second delivery finds it taken.';
COMMENT ON COLUMN financial.erp_wms_sync_queue.source_table IS 'Table of the source row, schema.table.';
COMMENT ON COLUMN financial.erp_wms_sync_queue.source_pk IS 'Key of the source row.';
COMMENT ON COLUMN financial.erp_wms_sync_queue.version IS 'Version of the source row, from 1; the highest one wins.';
COMMENT ON COLUMN financial.erp_wms_sync_queue.batch_id IS 'Batch that delivers the message.';
COMMENT ON COLUMN financial.erp_wms_sync_queue.low_watermark IS 'Commit sequence of the source after which the batch begins; equals the high watermark of the batch before it.';
COMMENT ON COLUMN financial.erp_wms_sync_queue.high_watermark IS 'Commit sequence of the source with which the batch ends.';
COMMENT ON COLUMN financial.erp_wms_sync_queue.allocation_id IS 'Payload: allocation; allocations, their cancellation and picks only, NULL otherwise.';
COMMENT ON COLUMN financial.erp_wms_sync_queue.goods_receipt_id IS 'Payload: goods receipt; NULL otherwise. -> erp.goods_receipts(goods_receipt_id)';
COMMENT ON COLUMN financial.erp_wms_sync_queue.picking_task_id IS 'Payload: pick; pick confirmations only, NULL otherwise. -> wms.picking_tasks(picking_task_id)';
COMMENT ON COLUMN financial.erp_wms_sync_queue.cycle_count_task_id IS 'Payload: count; count results only, NULL otherwise. -> wms.cycle_count_tasks(cycle_count_task_id)';
COMMENT ON COLUMN financial.erp_wms_sync_queue.inventory_variance_id IS 'Payload: variance; stock adjustments only, NULL otherwise. -> erp.inventory_variance(inventory_variance_id)';
COMMENT ON COLUMN financial.erp_wms_sync_queue.warehouse_id IS 'Warehouse. -> master.warehouses(warehouse_id)';
COMMENT ON COLUMN financial.erp_wms_sync_queue.quantity IS 'Payload: quantity in the base unit of the item [base units]; NULL for goods receipts, which have several lines.';
COMMENT ON COLUMN financial.erp_wms_sync_queue.source_time IS 'Time of the source row.';
COMMENT ON COLUMN financial.erp_wms_sync_queue.payload_hash IS '64-bit hash of the payload; sums over a batch compare with the source.';
COMMENT ON COLUMN financial.erp_wms_sync_queue.sync_status IS 'pending (not yet answered) | applied | failed (until a later attempt applies it).';
COMMENT ON COLUMN financial.erp_wms_sync_queue.attempt_count IS 'Deliveries attempted so far.';
COMMENT ON COLUMN financial.erp_wms_sync_queue.acknowledged_at IS 'When the receiver acknowledged it, simulated time; known then.';
COMMENT ON COLUMN financial.erp_wms_sync_queue.created_at IS 'When it was queued, simulated time.';
COMMENT ON COLUMN financial.erp_wms_sync_queue.updated_at IS 'Last change of the row.';

CREATE TABLE financial.erp_wms_sync_log (
    sync_log_id bigint PRIMARY KEY,
    queue_id bigint NOT NULL REFERENCES financial.erp_wms_sync_queue (queue_id),
    attempt_number smallint NOT NULL CHECK (attempt_number > 0),
    attempted_at timestamptz NOT NULL,
    answered_at timestamptz NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('applied', 'duplicate', 'failed')),
    error_code text CHECK (error_code IN ('timeout', 'connection', 'lock', 'validation', 'unknown_lot')),
    error_message text,
    UNIQUE (queue_id, attempt_number),
    CHECK (attempted_at < answered_at),
    CHECK ((outcome = 'failed') = (error_code IS NOT NULL)),
    CHECK ((error_code IS NULL) = (error_message IS NULL))
);
CREATE INDEX erp_wms_sync_log_time ON financial.erp_wms_sync_log (answered_at);
COMMENT ON TABLE financial.erp_wms_sync_log IS 'Attempt to deliver a message between the ERP and a warehouse system, recorded when answered. Written by flow: inventory allocations to supply chain.';
COMMENT ON COLUMN financial.erp_wms_sync_log.sync_log_id IS 'Key.';
COMMENT ON COLUMN financial.erp_wms_sync_log.queue_id IS 'Message.';
COMMENT ON COLUMN financial.erp_wms_sync_log.attempt_number IS 'Number of the attempt, from 1.';
COMMENT ON COLUMN financial.erp_wms_sync_log.attempted_at IS 'When it was sent, simulated time.';
COMMENT ON COLUMN financial.erp_wms_sync_log.answered_at IS 'When it was answered or given up, simulated time.';
COMMENT ON COLUMN financial.erp_wms_sync_log.outcome IS 'applied | duplicate (found applied already: a second delivery) | failed.';
COMMENT ON COLUMN financial.erp_wms_sync_log.error_code IS 'Why it failed; NULL unless failed, about 1 in 500.';
COMMENT ON COLUMN financial.erp_wms_sync_log.error_message IS 'Message of the failure; NULL unless failed.';

CREATE TABLE financial.inventory_sync_errors (
    inventory_sync_error_id bigint PRIMARY KEY,
    queue_id bigint NOT NULL UNIQUE REFERENCES financial.erp_wms_sync_queue (queue_id),
    error_type text NOT NULL CHECK (error_type IN ('timeout', 'connection', 'lock', 'validation', 'unknown_lot')),
    error_message text NOT NULL,
    warehouse_id integer NOT NULL,
    error_timestamp timestamptz NOT NULL,
    error_status text NOT NULL CHECK (error_status IN ('open', 'resolved', 'waived')),
    retry_count smallint NOT NULL CHECK (retry_count >= 0),
    resolved_at timestamptz,
    resolved_by integer,
    resolution text CHECK (resolution IN ('retried', 'corrected', 'adjusted')),
    updated_at timestamptz NOT NULL,
    CHECK ((error_status = 'open') = (resolved_at IS NULL)),
    CHECK ((resolved_at IS NULL) = (resolution IS NULL)),
    CHECK ((error_status = 'waived') = coalesce(resolution = 'adjusted', false)),
    CHECK (coalesce(resolution IN ('corrected', 'adjusted'), false) = (resolved_by IS NOT NULL)),
    CHECK (error_timestamp < resolved_at AND resolved_at <= updated_at),
    CHECK (error_timestamp <= updated_at)
);
CREATE INDEX inventory_sync_errors_warehouse ON financial.inventory_sync_errors (warehouse_id, error_timestamp);
CREATE INDEX inventory_sync_errors_open ON financial.inventory_sync_errors (error_timestamp)
    WHERE error_status = 'open';
COMMENT ON TABLE financial.inventory_sync_errors IS 'Message between the ERP and a warehouse system that failed, from its first failure to its resolution.';
COMMENT ON COLUMN financial.inventory_sync_errors.inventory_sync_error_id IS 'Key.';
COMMENT ON COLUMN financial.inventory_sync_errors.queue_id IS 'Message.';
COMMENT ON COLUMN financial.inventory_sync_errors.error_type IS 'Why the first attempt failed: timeout | connection | lock | validation | unknown_lot.';
COMMENT ON COLUMN financial.inventory_sync_errors.error_message IS 'Message of the first failure.';
COMMENT ON COLUMN financial.inventory_sync_errors.warehouse_id IS 'Warehouse. -> master.warehouses(warehouse_id)';
COMMENT ON COLUMN financial.inventory_sync_errors.error_timestamp IS 'When it first failed.';
COMMENT ON COLUMN financial.inventory_sync_errors.error_status IS 'open | resolved (a later attempt was applied) | waived (closed without applying; the stock was adjusted).';
COMMENT ON COLUMN financial.inventory_sync_errors.retry_count IS 'Further attempts so far.';
COMMENT ON COLUMN financial.inventory_sync_errors.resolved_at IS 'When it was resolved or waived; known then.';
COMMENT ON COLUMN financial.inventory_sync_errors.resolved_by IS 'Who resolved or waived it; NULL while open and where a retry succeeded by itself. -> master.employees(employee_id)';
COMMENT ON COLUMN financial.inventory_sync_errors.resolution IS 'retried (by itself) | corrected (data mended, then sent again) | adjusted (waived); NULL while open.';
COMMENT ON COLUMN financial.inventory_sync_errors.updated_at IS 'Last change of the row.';

CREATE TABLE financial.inventory_reconciliation_headers (
    reconciliation_id bigint PRIMARY KEY,
    reconciliation_number text NOT NULL UNIQUE CHECK (reconciliation_number ~ '^REC-W[0-9]+-[0-9]{8}$'),
    reconciliation_template_id integer NOT NULL
        REFERENCES financial.reconciliation_templates (reconciliation_template_id),
    warehouse_id integer NOT NULL,
    reconciliation_date date NOT NULL,
    fiscal_period_id integer NOT NULL REFERENCES financial.fiscal_periods (fiscal_period_id),
    started_at timestamptz NOT NULL,
    completed_at timestamptz,
    reconciliation_status text NOT NULL CHECK (reconciliation_status IN ('running', 'compared', 'closed')),
    total_items_compared integer NOT NULL CHECK (total_items_compared >= 0),
    items_matched integer NOT NULL CHECK (items_matched >= 0),
    items_with_variance integer NOT NULL CHECK (items_with_variance >= 0),
    total_variance_value_usd numeric(16, 2) NOT NULL,
    closed_at timestamptz,
    closed_by integer,
    updated_at timestamptz NOT NULL,
    UNIQUE (warehouse_id, reconciliation_date),
    CHECK (total_items_compared = items_matched + items_with_variance),
    CHECK (started_at < completed_at),
    CHECK (completed_at <= closed_at),
    CHECK (started_at <= updated_at),
    CHECK ((reconciliation_status = 'running') = (completed_at IS NULL)),
    CHECK ((reconciliation_status = 'closed') = (closed_at IS NOT NULL)),
    CHECK (closed_by IS NULL OR closed_at IS NOT NULL)
);
CREATE INDEX inventory_reconciliation_headers_date
    ON financial.inventory_reconciliation_headers (reconciliation_date);
CREATE INDEX inventory_reconciliation_headers_reconciliation_template
    ON financial.inventory_reconciliation_headers (reconciliation_template_id);
CREATE INDEX inventory_reconciliation_headers_fiscal_period
    ON financial.inventory_reconciliation_headers (fiscal_period_id);
COMMENT ON TABLE financial.inventory_reconciliation_headers IS 'Comparison of the stock of the ERP with that of a warehouse system: one run a warehouse and day.';
COMMENT ON COLUMN financial.inventory_reconciliation_headers.reconciliation_id IS 'Key: warehouse, day.';
COMMENT ON COLUMN financial.inventory_reconciliation_headers.reconciliation_number IS 'Readable number: REC-W<warehouse>-<yyyymmdd>.';
COMMENT ON COLUMN financial.inventory_reconciliation_headers.reconciliation_template_id IS 'Rules of the comparison.';
COMMENT ON COLUMN financial.inventory_reconciliation_headers.warehouse_id IS 'Warehouse. -> master.warehouses(warehouse_id)';
COMMENT ON COLUMN financial.inventory_reconciliation_headers.reconciliation_date IS 'Day compared, local to the warehouse: stock at its end.';
COMMENT ON COLUMN financial.inventory_reconciliation_headers.fiscal_period_id IS 'Period of the day.';
COMMENT ON COLUMN financial.inventory_reconciliation_headers.started_at IS 'Start of the run.';
COMMENT ON COLUMN financial.inventory_reconciliation_headers.completed_at IS 'End of the comparison; known then.';
COMMENT ON COLUMN financial.inventory_reconciliation_headers.reconciliation_status IS 'running | compared (differences being looked into) | closed (no difference is open).';
COMMENT ON COLUMN financial.inventory_reconciliation_headers.total_items_compared IS 'Items compared so far: its lines [items].';
COMMENT ON COLUMN financial.inventory_reconciliation_headers.items_matched IS 'Items equal within tolerance [items].';
COMMENT ON COLUMN financial.inventory_reconciliation_headers.items_with_variance IS 'Items with a difference, explained later or not [items].';
COMMENT ON COLUMN financial.inventory_reconciliation_headers.total_variance_value_usd IS 'Sum of the differences at standard cost, USD.';
COMMENT ON COLUMN financial.inventory_reconciliation_headers.closed_at IS 'When the last difference was settled; known then.';
COMMENT ON COLUMN financial.inventory_reconciliation_headers.closed_by IS 'Who closed it; NULL while open and where no difference was found. -> master.employees(employee_id)';
COMMENT ON COLUMN financial.inventory_reconciliation_headers.updated_at IS 'Last change of the row.';

CREATE TABLE financial.inventory_reconciliation_lines (
    inventory_reconciliation_line_id bigint PRIMARY KEY,
    reconciliation_id bigint NOT NULL REFERENCES financial.inventory_reconciliation_headers (reconciliation_id),
    line_number smallint NOT NULL CHECK (line_number > 0),
    material_id integer,
    product_id integer,
    storage_location text NOT NULL CHECK (storage_location IN ('GR01', 'QI01', 'RM01', 'FG01', 'SH01')),
    erp_quantity numeric(14, 3) NOT NULL CHECK (erp_quantity >= 0),
    wms_quantity numeric(14, 3) NOT NULL CHECK (wms_quantity >= 0),
    variance_quantity numeric(14, 3) NOT NULL,
    unit_cost_usd numeric(14, 2) NOT NULL CHECK (unit_cost_usd > 0),
    variance_value_usd numeric(14, 2) NOT NULL,
    variance_reason text CHECK (variance_reason IN
        ('message_in_transit', 'failed_message', 'count_error', 'misplaced', 'unrecorded_movement')),
    variance_status text NOT NULL CHECK (variance_status IN ('matched', 'open', 'explained', 'adjusted')),
    inventory_variance_id bigint,
    resolved_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (num_nonnulls(material_id, product_id) = 1),
    UNIQUE (reconciliation_id, line_number),
    UNIQUE (reconciliation_id, material_id, storage_location),
    UNIQUE (reconciliation_id, product_id, storage_location),
    CHECK (variance_quantity = wms_quantity - erp_quantity),
    CHECK (variance_value_usd = round(variance_quantity * unit_cost_usd, 2)),
    CHECK (variance_status = 'matched' OR variance_quantity <> 0),
    CHECK ((variance_status IN ('explained', 'adjusted')) = (resolved_at IS NOT NULL)),
    CHECK ((resolved_at IS NULL) = (variance_reason IS NULL)),
    CHECK ((variance_status = 'adjusted') = (inventory_variance_id IS NOT NULL)),
    CHECK (created_at < resolved_at AND resolved_at <= updated_at),
    CHECK (created_at <= updated_at)
);
CREATE INDEX inventory_reconciliation_lines_material ON financial.inventory_reconciliation_lines (material_id)
    WHERE material_id IS NOT NULL;
CREATE INDEX inventory_reconciliation_lines_product ON financial.inventory_reconciliation_lines (product_id)
    WHERE product_id IS NOT NULL;
CREATE INDEX inventory_reconciliation_lines_variance
    ON financial.inventory_reconciliation_lines (inventory_variance_id)
    WHERE inventory_variance_id IS NOT NULL;
CREATE INDEX inventory_reconciliation_lines_open ON financial.inventory_reconciliation_lines (created_at)
    WHERE variance_status = 'open';
COMMENT ON TABLE financial.inventory_reconciliation_lines IS 'Item compared in a reconciliation; one row an item and storage location, the sum of its bins against the books.';
COMMENT ON COLUMN financial.inventory_reconciliation_lines.inventory_reconciliation_line_id IS 'Key.';
COMMENT ON COLUMN financial.inventory_reconciliation_lines.reconciliation_id IS 'Reconciliation.';
COMMENT ON COLUMN financial.inventory_reconciliation_lines.line_number IS 'Position, from 1.';
COMMENT ON COLUMN financial.inventory_reconciliation_lines.material_id IS 'Purchased item; NULL for a product. -> master.materials(material_id)';
COMMENT ON COLUMN financial.inventory_reconciliation_lines.product_id IS 'Product; NULL for a purchased item. -> master.products(product_id)';
COMMENT ON COLUMN financial.inventory_reconciliation_lines.storage_location IS 'Storage location of the ERP.';
COMMENT ON COLUMN financial.inventory_reconciliation_lines.erp_quantity IS 'Stock in the books of the ERP [base units].';
COMMENT ON COLUMN financial.inventory_reconciliation_lines.wms_quantity IS 'Stock in the bins [base units].';
COMMENT ON COLUMN financial.inventory_reconciliation_lines.variance_quantity IS 'Bins less books [base units].';
COMMENT ON COLUMN financial.inventory_reconciliation_lines.unit_cost_usd IS 'Standard cost, USD per base unit.';
COMMENT ON COLUMN financial.inventory_reconciliation_lines.variance_value_usd IS 'Difference at standard cost, USD.';
COMMENT ON COLUMN financial.inventory_reconciliation_lines.variance_reason IS 'Cause found; NULL if matched or not yet explained.';
COMMENT ON COLUMN financial.inventory_reconciliation_lines.variance_status IS 'matched | open | explained (gone by itself, as a message in transit) | adjusted (posted).';
COMMENT ON COLUMN financial.inventory_reconciliation_lines.inventory_variance_id IS 'Variance posted in the ERP; known when adjusted, NULL otherwise. -> erp.inventory_variance(inventory_variance_id)';
COMMENT ON COLUMN financial.inventory_reconciliation_lines.resolved_at IS 'When the difference was explained or adjusted; known then.';
COMMENT ON COLUMN financial.inventory_reconciliation_lines.created_at IS 'When it was compared.';
COMMENT ON COLUMN financial.inventory_reconciliation_lines.updated_at IS 'Last change of the row.';

CREATE TABLE financial.cycle_count_integration (
    integration_id bigint PRIMARY KEY,
    cycle_count_task_id bigint NOT NULL UNIQUE,
    warehouse_id integer NOT NULL,
    reconciliation_id bigint REFERENCES financial.inventory_reconciliation_headers (reconciliation_id),
    items_counted smallint NOT NULL CHECK (items_counted > 0),
    items_with_variance smallint NOT NULL CHECK (items_with_variance >= 0),
    total_variance_value_usd numeric(14, 2) NOT NULL,
    integration_status text NOT NULL CHECK (integration_status IN ('received', 'accepted', 'recount_requested')),
    processed_at timestamptz,
    processed_by integer,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (items_with_variance <= items_counted),
    CHECK (items_with_variance > 0 OR total_variance_value_usd = 0),
    CHECK ((integration_status = 'received') = (processed_at IS NULL)),
    CHECK (processed_by IS NULL OR processed_at IS NOT NULL),
    CHECK (integration_status <> 'recount_requested' OR items_with_variance > 0),
    CHECK (created_at <= processed_at AND processed_at <= updated_at),
    CHECK (created_at <= updated_at)
);
CREATE INDEX cycle_count_integration_warehouse ON financial.cycle_count_integration (warehouse_id, created_at);
CREATE INDEX cycle_count_integration_reconciliation ON financial.cycle_count_integration (reconciliation_id)
    WHERE reconciliation_id IS NOT NULL;
COMMENT ON TABLE financial.cycle_count_integration IS 'Result of a cycle count handed over by a warehouse system to the books.';
COMMENT ON COLUMN financial.cycle_count_integration.integration_id IS 'Key.';
COMMENT ON COLUMN financial.cycle_count_integration.cycle_count_task_id IS 'Count. -> wms.cycle_count_tasks(cycle_count_task_id)';
COMMENT ON COLUMN financial.cycle_count_integration.warehouse_id IS 'Warehouse. -> master.warehouses(warehouse_id)';
COMMENT ON COLUMN financial.cycle_count_integration.reconciliation_id IS 'Reconciliation that asked for the count; NULL for counts by calendar.';
COMMENT ON COLUMN financial.cycle_count_integration.items_counted IS 'Lots counted in the bin [lots].';
COMMENT ON COLUMN financial.cycle_count_integration.items_with_variance IS 'Lots whose quantity differed from the books [lots].';
COMMENT ON COLUMN financial.cycle_count_integration.total_variance_value_usd IS 'Sum of their differences at standard cost, USD.';
COMMENT ON COLUMN financial.cycle_count_integration.integration_status IS 'received | accepted (variances, if any, are in the ERP) | recount_requested (differences too large to believe).';
COMMENT ON COLUMN financial.cycle_count_integration.processed_at IS 'When finance decided; known then.';
COMMENT ON COLUMN financial.cycle_count_integration.processed_by IS 'Controller who decided; NULL until decided and where the template decided by itself. -> master.employees(employee_id)';
COMMENT ON COLUMN financial.cycle_count_integration.created_at IS 'When it was received.';
COMMENT ON COLUMN financial.cycle_count_integration.updated_at IS 'Last change of the row.';

CREATE TABLE financial.inventory_adjustments_sync (
    adjustment_sync_id bigint PRIMARY KEY,
    inventory_variance_id bigint NOT NULL UNIQUE,
    cycle_count_task_id bigint,
    adjustment_type text NOT NULL CHECK (adjustment_type IN
        ('count_gain', 'count_loss', 'reconciliation_gain', 'reconciliation_loss')),
    adjustment_date date NOT NULL,
    material_id integer,
    product_id integer,
    warehouse_id integer NOT NULL,
    source_system text NOT NULL CHECK (source_system IN ('erp', 'wms')),
    quantity_before numeric(14, 3) NOT NULL CHECK (quantity_before >= 0),
    adjustment_quantity numeric(14, 3) NOT NULL CHECK (adjustment_quantity <> 0),
    quantity_after numeric(14, 3) NOT NULL CHECK (quantity_after >= 0),
    adjustment_value_usd numeric(14, 2) NOT NULL,
    sync_status text NOT NULL CHECK (sync_status IN ('pending', 'synced', 'failed')),
    synced_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (num_nonnulls(material_id, product_id) = 1),
    CHECK (quantity_after = quantity_before + adjustment_quantity),
    CHECK ((adjustment_type IN ('count_gain', 'reconciliation_gain')) = (adjustment_quantity > 0)),
    CHECK ((adjustment_type IN ('count_gain', 'count_loss')) = (cycle_count_task_id IS NOT NULL)),
    CHECK (sign(adjustment_value_usd) IN (0, sign(adjustment_quantity))),
    CHECK ((sync_status = 'synced') = (synced_at IS NOT NULL)),
    CHECK (created_at <= synced_at AND synced_at <= updated_at),
    CHECK (created_at <= updated_at)
);
CREATE INDEX inventory_adjustments_sync_warehouse
    ON financial.inventory_adjustments_sync (warehouse_id, adjustment_date);
CREATE INDEX inventory_adjustments_sync_material ON financial.inventory_adjustments_sync (material_id)
    WHERE material_id IS NOT NULL;
CREATE INDEX inventory_adjustments_sync_product ON financial.inventory_adjustments_sync (product_id)
    WHERE product_id IS NOT NULL;
CREATE INDEX inventory_adjustments_sync_count_task ON financial.inventory_adjustments_sync (cycle_count_task_id)
    WHERE cycle_count_task_id IS NOT NULL;
COMMENT ON TABLE financial.inventory_adjustments_sync IS 'Stock adjustment carried over from the system that found it to the other one.';
COMMENT ON COLUMN financial.inventory_adjustments_sync.adjustment_sync_id IS 'Key.';
COMMENT ON COLUMN financial.inventory_adjustments_sync.inventory_variance_id IS 'Variance posted in the ERP. -> erp.inventory_variance(inventory_variance_id)';
COMMENT ON COLUMN financial.inventory_adjustments_sync.cycle_count_task_id IS 'Count behind it; NULL if a reconciliation found it. -> wms.cycle_count_tasks(cycle_count_task_id)';
COMMENT ON COLUMN financial.inventory_adjustments_sync.adjustment_type IS 'count_gain | count_loss | reconciliation_gain | reconciliation_loss.';
COMMENT ON COLUMN financial.inventory_adjustments_sync.adjustment_date IS 'Date of the adjustment, local to the warehouse.';
COMMENT ON COLUMN financial.inventory_adjustments_sync.material_id IS 'Purchased item; NULL for a product. -> master.materials(material_id)';
COMMENT ON COLUMN financial.inventory_adjustments_sync.product_id IS 'Product; NULL for a purchased item. -> master.products(product_id)';
COMMENT ON COLUMN financial.inventory_adjustments_sync.warehouse_id IS 'Warehouse. -> master.warehouses(warehouse_id)';
COMMENT ON COLUMN financial.inventory_adjustments_sync.source_system IS 'System adjusted first: erp | wms.';
COMMENT ON COLUMN financial.inventory_adjustments_sync.quantity_before IS 'Stock of the lot in the other system before [base units].';
COMMENT ON COLUMN financial.inventory_adjustments_sync.adjustment_quantity IS 'Adjustment, positive for a gain [base units].';
COMMENT ON COLUMN financial.inventory_adjustments_sync.quantity_after IS 'Stock of the lot in the other system after [base units].';
COMMENT ON COLUMN financial.inventory_adjustments_sync.adjustment_value_usd IS 'Adjustment at standard cost, USD.';
COMMENT ON COLUMN financial.inventory_adjustments_sync.sync_status IS 'pending | synced | failed (until a later attempt succeeds).';
COMMENT ON COLUMN financial.inventory_adjustments_sync.synced_at IS 'When the other system was adjusted; known then.';
COMMENT ON COLUMN financial.inventory_adjustments_sync.created_at IS 'When it was recorded.';
COMMENT ON COLUMN financial.inventory_adjustments_sync.updated_at IS 'Last change of the row.';

CREATE TABLE financial.inventory_sync_metrics (
    inventory_sync_metric_id bigint PRIMARY KEY,
    warehouse_id integer NOT NULL,
    metric_date date NOT NULL,
    erp_to_wms_transactions integer NOT NULL CHECK (erp_to_wms_transactions >= 0),
    wms_to_erp_transactions integer NOT NULL CHECK (wms_to_erp_transactions >= 0),
    successful_syncs integer NOT NULL CHECK (successful_syncs >= 0),
    failed_attempts integer NOT NULL CHECK (failed_attempts >= 0),
    duplicate_deliveries integer NOT NULL CHECK (duplicate_deliveries >= 0),
    average_sync_seconds double precision CHECK (average_sync_seconds >= 0),
    p95_sync_seconds double precision CHECK (p95_sync_seconds >= 0),
    max_sync_seconds double precision CHECK (max_sync_seconds >= 0),
    unresolved_errors integer NOT NULL CHECK (unresolved_errors >= 0),
    total_variance_value_usd numeric(16, 2) NOT NULL,
    created_at timestamptz NOT NULL,
    UNIQUE (warehouse_id, metric_date),
    CHECK (successful_syncs <= erp_to_wms_transactions + wms_to_erp_transactions),
    CHECK (num_nonnulls(average_sync_seconds, p95_sync_seconds, max_sync_seconds) = CASE
        WHEN successful_syncs > 0 THEN 3
        ELSE 0 END),
    CHECK (average_sync_seconds <= max_sync_seconds AND p95_sync_seconds <= max_sync_seconds)
);
CREATE INDEX inventory_sync_metrics_date ON financial.inventory_sync_metrics (metric_date);
COMMENT ON TABLE financial.inventory_sync_metrics IS 'Exchange between the ERP and the system of one warehouse on one day.';
COMMENT ON COLUMN financial.inventory_sync_metrics.inventory_sync_metric_id IS 'Key: warehouse, day.';
COMMENT ON COLUMN financial.inventory_sync_metrics.warehouse_id IS 'Warehouse. -> master.warehouses(warehouse_id)';
COMMENT ON COLUMN financial.inventory_sync_metrics.metric_date IS 'Day, UTC.';
COMMENT ON COLUMN financial.inventory_sync_metrics.erp_to_wms_transactions IS 'Messages queued for the warehouse [messages].';
COMMENT ON COLUMN financial.inventory_sync_metrics.wms_to_erp_transactions IS 'Messages queued by the warehouse [messages].';
COMMENT ON COLUMN financial.inventory_sync_metrics.successful_syncs IS 'Messages of the day applied by its end [messages].';
COMMENT ON COLUMN financial.inventory_sync_metrics.failed_attempts IS 'Attempts that failed on the day [attempts].';
COMMENT ON COLUMN financial.inventory_sync_metrics.duplicate_deliveries IS 'Second deliveries recognised on the day [attempts].';
COMMENT ON COLUMN financial.inventory_sync_metrics.average_sync_seconds IS 'Mean time from queuing to acknowledgement; NULL without messages.';
COMMENT ON COLUMN financial.inventory_sync_metrics.p95_sync_seconds IS '95 % of the messages were acknowledged within it; NULL without messages.';
COMMENT ON COLUMN financial.inventory_sync_metrics.max_sync_seconds IS 'Longest time from queuing to acknowledgement; NULL without messages.';
COMMENT ON COLUMN financial.inventory_sync_metrics.unresolved_errors IS 'Errors open at the end of the day [messages].';
COMMENT ON COLUMN financial.inventory_sync_metrics.total_variance_value_usd IS 'Differences found by the reconciliation of the day, at standard cost, USD.';
COMMENT ON COLUMN financial.inventory_sync_metrics.created_at IS 'When it was computed, after the end of the day.';

CREATE TABLE financial.snapshot_data (
    snapshot_id bigint PRIMARY KEY,
    snapshot_date date NOT NULL,
    warehouse_id integer NOT NULL,
    storage_location text NOT NULL CHECK (storage_location IN ('GR01', 'QI01', 'RM01', 'FG01', 'SH01')),
    material_id integer,
    product_id integer,
    unit_of_measure text NOT NULL CHECK (unit_of_measure IN ('kg', 'pcs')),
    erp_on_hand numeric(14, 3) NOT NULL CHECK (erp_on_hand >= 0),
    erp_allocated numeric(14, 3) NOT NULL CHECK (erp_allocated >= 0),
    wms_on_hand numeric(14, 3) NOT NULL CHECK (wms_on_hand >= 0),
    wms_allocated numeric(14, 3) NOT NULL CHECK (wms_allocated >= 0),
    unit_cost_usd numeric(14, 2) NOT NULL CHECK (unit_cost_usd > 0),
    last_movement_time timestamptz,
    created_at timestamptz NOT NULL,
    CHECK (num_nonnulls(material_id, product_id) = 1),
    UNIQUE (warehouse_id, snapshot_date, storage_location, material_id),
    UNIQUE (warehouse_id, snapshot_date, storage_location, product_id),
    CHECK (erp_allocated <= erp_on_hand),
    CHECK (wms_allocated <= wms_on_hand),
    CHECK (last_movement_time <= created_at)
);
CREATE INDEX snapshot_data_date ON financial.snapshot_data (snapshot_date);
CREATE INDEX snapshot_data_material ON financial.snapshot_data (material_id, snapshot_date)
    WHERE material_id IS NOT NULL;
CREATE INDEX snapshot_data_product ON financial.snapshot_data (product_id, snapshot_date)
    WHERE product_id IS NOT NULL;
COMMENT ON TABLE financial.snapshot_data IS 'Stock of an item in a storage location at the end of a day, in the books of the ERP and in the bins.';
COMMENT ON COLUMN financial.snapshot_data.snapshot_id IS 'Key.';
COMMENT ON COLUMN financial.snapshot_data.snapshot_date IS 'Day, local to the warehouse: stock at its end.';
COMMENT ON COLUMN financial.snapshot_data.warehouse_id IS 'Warehouse. -> master.warehouses(warehouse_id)';
COMMENT ON COLUMN financial.snapshot_data.storage_location IS 'Storage location of the ERP.';
COMMENT ON COLUMN financial.snapshot_data.material_id IS 'Purchased item; NULL for a product. -> master.materials(material_id)';
COMMENT ON COLUMN financial.snapshot_data.product_id IS 'Product; NULL for a purchased item. -> master.products(product_id)';
COMMENT ON COLUMN financial.snapshot_data.unit_of_measure IS 'Base unit of the item: kg | pcs.';
COMMENT ON COLUMN financial.snapshot_data.erp_on_hand IS 'Stock in the books, all stock types [unit_of_measure].';
COMMENT ON COLUMN financial.snapshot_data.erp_allocated IS 'Allocated and not yet issued, in the books [unit_of_measure].';
COMMENT ON COLUMN financial.snapshot_data.wms_on_hand IS 'Stock in the bins [unit_of_measure].';
COMMENT ON COLUMN financial.snapshot_data.wms_allocated IS 'Reserved in the bins [unit_of_measure].';
COMMENT ON COLUMN financial.snapshot_data.unit_cost_usd IS 'Standard cost on the day, USD per unit of measure.';
COMMENT ON COLUMN financial.snapshot_data.last_movement_time IS 'Last material document before the end of the day; NULL if there was none.';
COMMENT ON COLUMN financial.snapshot_data.created_at IS 'When it was taken.';

-- Published shapes.

CREATE OR REPLACE VIEW published.inventory_sync_mappings AS
SELECT mapping_id, storage_location AS erp_location_id, stock_type AS erp_location_type,
       warehouse_id AS wms_warehouse_id, zone_id AS wms_zone_id, sync_mode, created_at
FROM financial.erp_wms_location_mappings;
COMMENT ON VIEW published.inventory_sync_mappings IS 'Storage locations of the ERP and the zones that they are.';

CREATE OR REPLACE VIEW published.inventory_sync_queue AS
SELECT q.queue_id, q.sync_direction, q.transaction_type, q.source_pk AS transaction_id,
       q.source_time AS transaction_date, a.material_id, a.product_id, q.quantity, a.unit_of_measure,
       q.warehouse_id, q.sync_status, q.updated_at AS processed_at,
       greatest(q.attempt_count - 1, 0) AS retry_count,
       (SELECT l.error_message FROM financial.erp_wms_sync_log AS l
        WHERE l.queue_id = q.queue_id AND l.error_message IS NOT NULL
        ORDER BY l.attempt_number DESC LIMIT 1) AS error_message,
       q.acknowledged_at IS NOT NULL AS acknowledged, q.acknowledged_at, q.created_at
FROM financial.erp_wms_sync_queue AS q
LEFT JOIN financial.inventory_allocations AS a ON a.allocation_id = q.allocation_id;
COMMENT ON VIEW published.inventory_sync_queue IS 'Messages between the ERP and the warehouses with their last error.';

CREATE OR REPLACE VIEW published.inventory_transaction_log AS
SELECT l.sync_log_id AS log_id, l.answered_at AS log_timestamp, q.transaction_type,
       q.source_pk AS transaction_id,
       CASE q.sync_direction WHEN 'erp_to_wms' THEN 'erp' ELSE 'wms' END AS source_system,
       q.warehouse_id AS location_id, q.quantity AS quantity_change, l.attempt_number, l.outcome,
       l.outcome <> 'failed' AS synced, l.error_message
FROM financial.erp_wms_sync_log AS l
JOIN financial.erp_wms_sync_queue AS q USING (queue_id);
COMMENT ON VIEW published.inventory_transaction_log IS 'Attempts to deliver messages between the ERP and the warehouses.';

CREATE OR REPLACE VIEW published.inventory_snapshot AS
SELECT snapshot_id, snapshot_date, material_id, product_id, warehouse_id AS location_id, storage_location,
       erp_on_hand, erp_allocated, erp_on_hand - erp_allocated AS erp_available,
       wms_on_hand, wms_allocated, wms_on_hand - wms_allocated AS wms_available,
       wms_on_hand - erp_on_hand AS variance_quantity,
       CASE WHEN wms_on_hand = erp_on_hand THEN 'in_sync' ELSE 'variance' END AS sync_status, created_at
FROM financial.snapshot_data;
COMMENT ON VIEW published.inventory_snapshot IS 'Daily stock in the books and in the bins, with what is available and the difference.';
