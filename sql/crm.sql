-- Customer relations: who sells to whom, from the first contact with a lead to the order and its delivery,
-- and what customers say about both. Reported money is USD; documents for a customer carry his currency.
-- Orders and shipments are copies of those of other systems. An account is numbered A<account> in documents.

CREATE SCHEMA crm;
CREATE SCHEMA IF NOT EXISTS published;

-- Sales organisation.
CREATE TABLE crm.sales_territories (
    territory_id integer PRIMARY KEY,
    territory_code text NOT NULL UNIQUE CHECK (territory_code ~ '^T[0-9]{2,}$'),
    territory_name text NOT NULL UNIQUE,
    region text NOT NULL,
    countries text NOT NULL CHECK (countries ~ '^[A-Z]{2}( [A-Z]{2})*$'),
    account_tiers text NOT NULL CHECK (account_tiers IN ('A', 'B', 'C', 'AB', 'BC', 'ABC')),
    territory_quota numeric(16, 2) NOT NULL CHECK (territory_quota > 0),
    territory_manager integer NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (created_at <= updated_at)
);
CREATE INDEX sales_territories_territory_manager ON crm.sales_territories (territory_manager);
COMMENT ON TABLE crm.sales_territories IS 'Sales territory: accounts of some countries and tiers, worked by one or more representatives.';
COMMENT ON COLUMN crm.sales_territories.territory_id IS 'Key.';
COMMENT ON COLUMN crm.sales_territories.territory_code IS 'Territory code; part of the numbers of its leads.';
COMMENT ON COLUMN crm.sales_territories.territory_name IS 'Name.';
COMMENT ON COLUMN crm.sales_territories.region IS 'Sales region it is part of, as on customers.';
COMMENT ON COLUMN crm.sales_territories.countries IS 'Countries covered, ISO 3166-1 alpha-2, separated by blanks; two territories that share one differ in their tiers.';
COMMENT ON COLUMN crm.sales_territories.account_tiers IS 'Tiers of the accounts covered, such as BC for tiers B and C.';
COMMENT ON COLUMN crm.sales_territories.territory_quota IS 'Order intake expected in the current calendar year, USD: sum of the quotas of its representatives.';
COMMENT ON COLUMN crm.sales_territories.territory_manager IS 'Person who answers for the quota. -> master.employees(employee_id)';
COMMENT ON COLUMN crm.sales_territories.created_at IS 'When the record was entered.';
COMMENT ON COLUMN crm.sales_territories.updated_at IS 'Last change of the row.';

CREATE TABLE crm.sales_reps (
    sales_rep_id integer PRIMARY KEY,
    employee_id integer NOT NULL UNIQUE,
    rep_code text NOT NULL UNIQUE CHECK (rep_code ~ '^R[0-9]{2,}$'),
    sales_role text NOT NULL
        CHECK (sales_role IN ('key_account_manager', 'account_manager', 'inside_sales', 'sales_manager')),
    territory_id integer NOT NULL REFERENCES crm.sales_territories (territory_id),
    manager_id integer REFERENCES crm.sales_reps (sales_rep_id),
    annual_quota numeric(16, 2) NOT NULL CHECK (annual_quota > 0),
    discount_limit_pct numeric(5, 2) NOT NULL CHECK (discount_limit_pct BETWEEN 0 AND 60),
    rep_status text NOT NULL CHECK (rep_status IN ('active', 'on_leave', 'inactive')),
    valid_from date NOT NULL,
    valid_to date,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (manager_id <> sales_rep_id),
    CHECK (sales_role <> 'sales_manager' OR manager_id IS NULL),
    CHECK (valid_from <= valid_to),
    CHECK ((rep_status = 'inactive') = (valid_to IS NOT NULL)),
    CHECK (created_at <= updated_at)
);
CREATE INDEX sales_reps_territory ON crm.sales_reps (territory_id);
CREATE INDEX sales_reps_manager ON crm.sales_reps (manager_id) WHERE manager_id IS NOT NULL;
COMMENT ON TABLE crm.sales_reps IS 'Sales representative; the person is in the personnel records, whose daily message sets status and territory.';
COMMENT ON COLUMN crm.sales_reps.sales_rep_id IS 'Key.';
COMMENT ON COLUMN crm.sales_reps.employee_id IS 'Person. -> master.employees(employee_id)';
COMMENT ON COLUMN crm.sales_reps.rep_code IS 'Short code; part of the numbers of activities and tasks.';
COMMENT ON COLUMN crm.sales_reps.sales_role IS 'key_account_manager (tier A) | account_manager (field sales) | inside_sales (small accounts, by telephone) | sales_manager.';
COMMENT ON COLUMN crm.sales_reps.territory_id IS 'Territory.';
COMMENT ON COLUMN crm.sales_reps.manager_id IS 'Sales manager reported to; NULL for sales managers themselves.';
COMMENT ON COLUMN crm.sales_reps.annual_quota IS 'Order intake expected in the current calendar year, USD.';
COMMENT ON COLUMN crm.sales_reps.discount_limit_pct IS 'Largest discount he may grant without approval, %.';
COMMENT ON COLUMN crm.sales_reps.rep_status IS 'active | on_leave | inactive (has left sales).';
COMMENT ON COLUMN crm.sales_reps.valid_from IS 'First day in sales.';
COMMENT ON COLUMN crm.sales_reps.valid_to IS 'Last day in sales; NULL while he works there.';
COMMENT ON COLUMN crm.sales_reps.created_at IS 'When the record was entered.';
COMMENT ON COLUMN crm.sales_reps.updated_at IS 'Last change of the row.';

-- Marketing.
CREATE TABLE crm.campaigns (
    campaign_id integer PRIMARY KEY,
    campaign_code text NOT NULL UNIQUE CHECK (campaign_code ~ '^CMP-[0-9]{4}-[0-9]{2,}$'),
    campaign_name text NOT NULL,
    campaign_type text NOT NULL
        CHECK (campaign_type IN ('trade_show', 'webinar', 'email', 'direct_mail', 'online_advertising', 'open_house')),
    campaign_status text NOT NULL CHECK (campaign_status IN ('planned', 'active', 'completed', 'cancelled')),
    start_date date NOT NULL,
    end_date date NOT NULL,
    target_region text,
    target_industry text,
    product_category text,
    expected_response_pct numeric(5, 2) NOT NULL CHECK (expected_response_pct > 0 AND expected_response_pct <= 100),
    budgeted_cost numeric(14, 2) NOT NULL CHECK (budgeted_cost > 0),
    actual_cost numeric(14, 2) CHECK (actual_cost >= 0),
    campaign_owner integer NOT NULL REFERENCES crm.sales_reps (sales_rep_id),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (start_date <= end_date),
    CHECK ((campaign_status = 'completed') = (actual_cost IS NOT NULL)),
    CHECK (created_at <= updated_at)
);
CREATE INDEX campaigns_dates ON crm.campaigns (start_date, end_date);
CREATE INDEX campaigns_campaign_owner ON crm.campaigns (campaign_owner);
COMMENT ON TABLE crm.campaigns IS 'Marketing campaign.';
COMMENT ON COLUMN crm.campaigns.campaign_id IS 'Key.';
COMMENT ON COLUMN crm.campaigns.campaign_code IS 'Number: CMP-<year>-<sequence>.';
COMMENT ON COLUMN crm.campaigns.campaign_name IS 'Name.';
COMMENT ON COLUMN crm.campaigns.campaign_type IS 'Channel; an open_house invites customers to a factory.';
COMMENT ON COLUMN crm.campaigns.campaign_status IS 'planned | active | completed | cancelled.';
COMMENT ON COLUMN crm.campaigns.start_date IS 'First day.';
COMMENT ON COLUMN crm.campaigns.end_date IS 'Last day.';
COMMENT ON COLUMN crm.campaigns.target_region IS 'Sales region addressed; NULL: all of them.';
COMMENT ON COLUMN crm.campaigns.target_industry IS 'Industry segment addressed; NULL: all of them.';
COMMENT ON COLUMN crm.campaigns.product_category IS 'Product family advertised; NULL: the whole range.';
COMMENT ON COLUMN crm.campaigns.expected_response_pct IS 'Planned share of the members who respond, %.';
COMMENT ON COLUMN crm.campaigns.budgeted_cost IS 'Budget, USD.';
COMMENT ON COLUMN crm.campaigns.actual_cost IS 'Cost, USD; known when completed.';
COMMENT ON COLUMN crm.campaigns.campaign_owner IS 'Representative who runs it.';
COMMENT ON COLUMN crm.campaigns.created_at IS 'When the record was entered.';
COMMENT ON COLUMN crm.campaigns.updated_at IS 'Last change of the row.';

-- Accounts and their people.
CREATE TABLE crm.accounts (
    account_id integer PRIMARY KEY,
    account_number text NOT NULL UNIQUE CHECK (account_number ~ '^A[0-9]+$'),
    customer_id integer UNIQUE,
    account_name text NOT NULL,
    account_type text NOT NULL CHECK (account_type IN ('customer', 'prospect')),
    industry_segment text NOT NULL,
    account_tier text NOT NULL CHECK (account_tier IN ('A', 'B', 'C')),
    parent_account_id integer REFERENCES crm.accounts (account_id),
    territory_id integer NOT NULL REFERENCES crm.sales_territories (territory_id),
    account_owner integer NOT NULL REFERENCES crm.sales_reps (sales_rep_id),
    billing_address_line1 text NOT NULL,
    billing_postal_code text NOT NULL,
    billing_city text NOT NULL,
    billing_country text NOT NULL CHECK (billing_country ~ '^[A-Z]{2}$'),
    website text NOT NULL,
    employee_count integer NOT NULL CHECK (employee_count > 0),
    annual_revenue numeric(16, 2) NOT NULL CHECK (annual_revenue > 0),
    relationship_status text NOT NULL
        CHECK (relationship_status IN ('new', 'established', 'strategic', 'at_risk', 'dormant')),
    preferred_contact_method text NOT NULL CHECK (preferred_contact_method IN ('email', 'phone', 'portal', 'visit')),
    last_purchase_date date,
    lifetime_value numeric(16, 2) NOT NULL CHECK (lifetime_value >= 0),
    last_year_revenue numeric(16, 2) NOT NULL CHECK (last_year_revenue >= 0),
    ytd_revenue numeric(16, 2) NOT NULL CHECK (ytd_revenue >= 0),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK ((account_type = 'customer') = (customer_id IS NOT NULL)),
    CHECK (parent_account_id <> account_id),
    CHECK (account_type = 'customer' OR last_purchase_date IS NULL AND lifetime_value = 0),
    CHECK (lifetime_value >= last_year_revenue + ytd_revenue),
    CHECK (created_at <= updated_at)
);
CREATE INDEX accounts_name ON crm.accounts (account_name);
CREATE INDEX accounts_parent_account ON crm.accounts (parent_account_id) WHERE parent_account_id IS NOT NULL;
CREATE INDEX accounts_territory ON crm.accounts (territory_id);
CREATE INDEX accounts_account_owner ON crm.accounts (account_owner);
COMMENT ON TABLE crm.accounts IS 'Company sold to: one row for each customer, and one for each prospect that a lead became.';
COMMENT ON COLUMN crm.accounts.account_id IS 'Key.';
COMMENT ON COLUMN crm.accounts.account_number IS 'Account number; part of the numbers of its documents.';
COMMENT ON COLUMN crm.accounts.customer_id IS 'Customer; NULL for prospects. -> master.customers(customer_id)';
COMMENT ON COLUMN crm.accounts.account_name IS 'Registered name.';
COMMENT ON COLUMN crm.accounts.account_type IS 'customer (a customer number exists) | prospect (has not ordered yet).';
COMMENT ON COLUMN crm.accounts.industry_segment IS 'Industry.';
COMMENT ON COLUMN crm.accounts.account_tier IS 'Tier of the customer; for a prospect, the one expected.';
COMMENT ON COLUMN crm.accounts.parent_account_id IS 'Account of the group''s head office; NULL unless it is part of a group, about 1 in 10.';
COMMENT ON COLUMN crm.accounts.territory_id IS 'Territory.';
COMMENT ON COLUMN crm.accounts.account_owner IS 'Representative in charge.';
COMMENT ON COLUMN crm.accounts.billing_address_line1 IS 'Street and number.';
COMMENT ON COLUMN crm.accounts.billing_postal_code IS 'Postal code.';
COMMENT ON COLUMN crm.accounts.billing_city IS 'City.';
COMMENT ON COLUMN crm.accounts.billing_country IS 'Country, ISO 3166-1 alpha-2.';
COMMENT ON COLUMN crm.accounts.website IS 'Host name of its web site, which is also the domain of its contacts'' e-mail addresses.';
COMMENT ON COLUMN crm.accounts.employee_count IS 'Its employees, two digits.';
COMMENT ON COLUMN crm.accounts.annual_revenue IS 'Its own yearly sales, estimated, USD.';
COMMENT ON COLUMN crm.accounts.relationship_status IS 'new (first year, or prospect) | established | strategic (part of the customer''s own plans) | at_risk (health below 40) | dormant (no order for half a year).';
COMMENT ON COLUMN crm.accounts.preferred_contact_method IS 'How it wants to be contacted.';
COMMENT ON COLUMN crm.accounts.last_purchase_date IS 'Date of its last order; NULL before the first.';
COMMENT ON COLUMN crm.accounts.lifetime_value IS 'Net value of all its orders that are not cancelled, those before history began included, USD.';
COMMENT ON COLUMN crm.accounts.last_year_revenue IS 'The same of the calendar year before, USD.';
COMMENT ON COLUMN crm.accounts.ytd_revenue IS 'The same of the current calendar year so far, USD.';
COMMENT ON COLUMN crm.accounts.created_at IS 'When the record was entered.';
COMMENT ON COLUMN crm.accounts.updated_at IS 'Last change of the row.';

CREATE TABLE crm.contacts (
    contact_id integer PRIMARY KEY,
    contact_number text NOT NULL UNIQUE CHECK (contact_number ~ '^CON-A[0-9]+-[0-9]{2,}$'),
    account_id integer NOT NULL REFERENCES crm.accounts (account_id),
    first_name text NOT NULL,
    last_name text NOT NULL,
    job_title text NOT NULL,
    department text NOT NULL CHECK (department IN ('purchasing', 'quality', 'logistics', 'engineering', 'production',
        'finance', 'management')),
    contact_role text NOT NULL CHECK (contact_role IN ('decision_maker', 'influencer', 'user', 'gatekeeper')),
    email text NOT NULL UNIQUE,
    email_opted_out boolean NOT NULL,
    phone text NOT NULL,
    mobile text,
    preferred_language text NOT NULL CHECK (preferred_language ~ '^[a-z]{2}$'),
    preferred_contact_method text NOT NULL CHECK (preferred_contact_method IN ('email', 'phone', 'portal')),
    reports_to_contact_id integer REFERENCES crm.contacts (contact_id),
    relationship_strength text NOT NULL CHECK (relationship_strength IN ('weak', 'medium', 'strong')),
    is_primary boolean NOT NULL,
    last_contact_date timestamptz,
    contact_status text NOT NULL CHECK (contact_status IN ('active', 'left_company')),
    created_by integer NOT NULL REFERENCES crm.sales_reps (sales_rep_id),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (reports_to_contact_id <> contact_id),
    CHECK (contact_status = 'active' OR NOT is_primary),
    CHECK (last_contact_date <= updated_at),
    CHECK (created_at <= updated_at)
);
CREATE INDEX contacts_account ON crm.contacts (account_id, contact_status);
CREATE INDEX contacts_reports_to_contact ON crm.contacts (reports_to_contact_id)
    WHERE reports_to_contact_id IS NOT NULL;
CREATE INDEX contacts_created_by ON crm.contacts (created_by);
COMMENT ON TABLE crm.contacts IS 'Person at an account.';
COMMENT ON COLUMN crm.contacts.contact_id IS 'Key.';
COMMENT ON COLUMN crm.contacts.contact_number IS 'Number: CON-A<account>-<sequence>.';
COMMENT ON COLUMN crm.contacts.account_id IS 'Account.';
COMMENT ON COLUMN crm.contacts.first_name IS 'Given name, in the script of the country.';
COMMENT ON COLUMN crm.contacts.last_name IS 'Family name, in the script of the country.';
COMMENT ON COLUMN crm.contacts.job_title IS 'Title on the business card.';
COMMENT ON COLUMN crm.contacts.department IS 'Function at the account.';
COMMENT ON COLUMN crm.contacts.contact_role IS 'Part in buying: decision_maker (signs) | influencer (technical or quality say) | user (orders and receives) | gatekeeper (controls access).';
COMMENT ON COLUMN crm.contacts.email IS 'Business address.';
COMMENT ON COLUMN crm.contacts.email_opted_out IS 'Does not want mass mailings.';
COMMENT ON COLUMN crm.contacts.phone IS 'Telephone, international format.';
COMMENT ON COLUMN crm.contacts.mobile IS 'Mobile telephone; NULL if not given, about 1 in 3.';
COMMENT ON COLUMN crm.contacts.preferred_language IS 'Language of correspondence, ISO 639-1.';
COMMENT ON COLUMN crm.contacts.preferred_contact_method IS 'How the person wants to be contacted.';
COMMENT ON COLUMN crm.contacts.reports_to_contact_id IS 'Superior at the same account; NULL if not known.';
COMMENT ON COLUMN crm.contacts.relationship_strength IS 'How well sales knows the person.';
COMMENT ON COLUMN crm.contacts.is_primary IS 'First person to turn to; one of each account.';
COMMENT ON COLUMN crm.contacts.last_contact_date IS 'Time of the last interaction; NULL before the first.';
COMMENT ON COLUMN crm.contacts.contact_status IS 'active | left_company.';
COMMENT ON COLUMN crm.contacts.created_by IS 'Representative who entered it.';
COMMENT ON COLUMN crm.contacts.created_at IS 'When the record was entered.';
COMMENT ON COLUMN crm.contacts.updated_at IS 'Last change of the row.';

-- Leads.
CREATE TABLE crm.leads (
    lead_id bigint PRIMARY KEY,
    lead_number text NOT NULL UNIQUE CHECK (lead_number ~ '^LEAD-T[0-9]+-[0-9]{8}-[0-9]{2,}$'),
    company_name text NOT NULL,
    lead_source text NOT NULL
        CHECK (lead_source IN ('campaign', 'website', 'referral', 'cold_call', 'partner', 'existing_customer')),
    source_campaign_id integer REFERENCES crm.campaigns (campaign_id),
    contact_first_name text NOT NULL,
    contact_last_name text NOT NULL,
    contact_title text NOT NULL,
    email text NOT NULL,
    phone text,
    industry_segment text NOT NULL,
    number_of_employees integer CHECK (number_of_employees > 0),
    city text NOT NULL,
    country text NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
    product_interest text NOT NULL,
    territory_id integer NOT NULL REFERENCES crm.sales_territories (territory_id),
    assigned_to integer REFERENCES crm.sales_reps (sales_rep_id),
    assigned_date timestamptz,
    lead_score integer NOT NULL CHECK (lead_score >= 0),
    lead_grade text NOT NULL CHECK (lead_grade IN ('A', 'B', 'C', 'D')),
    has_budget boolean NOT NULL,
    is_decision_maker boolean NOT NULL,
    has_identified_need boolean NOT NULL,
    has_timeline boolean NOT NULL,
    estimated_deal_value numeric(14, 2) CHECK (estimated_deal_value > 0),
    contact_attempts smallint NOT NULL CHECK (contact_attempts >= 0),
    first_contact_date timestamptz,
    last_contact_date timestamptz,
    lead_status text NOT NULL
        CHECK (lead_status IN ('new', 'contacted', 'qualified', 'nurturing', 'converted', 'disqualified')),
    disqualification_reason text CHECK (disqualification_reason IN ('no_need', 'no_budget', 'not_feasible',
        'competitor_chosen', 'unreachable', 'duplicate')),
    converted_date timestamptz,
    converted_to_account_id integer REFERENCES crm.accounts (account_id),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK ((lead_source = 'campaign') = (source_campaign_id IS NOT NULL)),
    CHECK ((assigned_to IS NULL) = (assigned_date IS NULL)),
    CHECK ((contact_attempts = 0) = (last_contact_date IS NULL)),
    CHECK (contact_attempts = 0 OR assigned_to IS NOT NULL),
    CHECK (created_at <= assigned_date AND assigned_date <= updated_at),
    CHECK (assigned_date <= last_contact_date AND last_contact_date <= updated_at),
    CHECK (assigned_date <= first_contact_date AND first_contact_date <= updated_at),
    CHECK (lead_status <> 'new' OR first_contact_date IS NULL),
    CHECK (lead_status NOT IN ('contacted', 'qualified', 'nurturing', 'converted') OR first_contact_date IS NOT NULL),
    CHECK (lead_status NOT IN ('qualified', 'converted') OR has_identified_need AND estimated_deal_value IS NOT NULL),
    CHECK ((lead_status = 'disqualified') = (disqualification_reason IS NOT NULL)),
    CHECK (num_nonnulls(converted_date, converted_to_account_id) = CASE lead_status WHEN 'converted' THEN 2 ELSE 0 END),
    CHECK (first_contact_date <= converted_date AND converted_date <= updated_at),
    CHECK (created_at <= updated_at)
);
CREATE INDEX leads_created_at ON crm.leads (created_at);
CREATE INDEX leads_open ON crm.leads (assigned_to, lead_status) WHERE lead_status IN ('new', 'contacted', 'qualified');
CREATE INDEX leads_assigned_to ON crm.leads (assigned_to) WHERE assigned_to IS NOT NULL;
CREATE INDEX leads_source_campaign ON crm.leads (source_campaign_id) WHERE source_campaign_id IS NOT NULL;
CREATE INDEX leads_territory ON crm.leads (territory_id);
CREATE INDEX leads_converted_to_account ON crm.leads (converted_to_account_id)
    WHERE converted_to_account_id IS NOT NULL;
COMMENT ON TABLE crm.leads IS 'Lead: a company that may have a need, until it is converted or given up.';
COMMENT ON COLUMN crm.leads.lead_id IS 'Key.';
COMMENT ON COLUMN crm.leads.lead_number IS 'Number: LEAD-T<territory>-<yyyymmdd>-<sequence>.';
COMMENT ON COLUMN crm.leads.company_name IS 'Company.';
COMMENT ON COLUMN crm.leads.lead_source IS 'How it came: campaign | website | referral (by another customer) | cold_call | partner (distributor or toolmaker) | existing_customer (another site or division of an account).';
COMMENT ON COLUMN crm.leads.source_campaign_id IS 'Campaign; that source only, NULL otherwise.';
COMMENT ON COLUMN crm.leads.contact_first_name IS 'Given name of the person.';
COMMENT ON COLUMN crm.leads.contact_last_name IS 'Family name of the person.';
COMMENT ON COLUMN crm.leads.contact_title IS 'Title of the person.';
COMMENT ON COLUMN crm.leads.email IS 'Business address of the person.';
COMMENT ON COLUMN crm.leads.phone IS 'Telephone; NULL if not given, about 1 in 5.';
COMMENT ON COLUMN crm.leads.industry_segment IS 'Industry.';
COMMENT ON COLUMN crm.leads.number_of_employees IS 'Employees of the company; NULL if not known, about 1 in 4.';
COMMENT ON COLUMN crm.leads.city IS 'City.';
COMMENT ON COLUMN crm.leads.country IS 'Country, ISO 3166-1 alpha-2.';
COMMENT ON COLUMN crm.leads.product_interest IS 'Product family asked for.';
COMMENT ON COLUMN crm.leads.territory_id IS 'Territory.';
COMMENT ON COLUMN crm.leads.assigned_to IS 'Representative in charge; NULL until assigned.';
COMMENT ON COLUMN crm.leads.assigned_date IS 'When it was assigned; NULL until then.';
COMMENT ON COLUMN crm.leads.lead_score IS 'Interest shown: sum of the points of its activities.';
COMMENT ON COLUMN crm.leads.lead_grade IS 'Fit of company and person to what is sold, A the best.';
COMMENT ON COLUMN crm.leads.has_budget IS 'Confirmed so far: there is a budget.';
COMMENT ON COLUMN crm.leads.is_decision_maker IS 'Confirmed so far: the person decides.';
COMMENT ON COLUMN crm.leads.has_identified_need IS 'Confirmed so far: a part is needed that could be made.';
COMMENT ON COLUMN crm.leads.has_timeline IS 'Confirmed so far: a date by which it is needed.';
COMMENT ON COLUMN crm.leads.estimated_deal_value IS 'Value of a year''s supply, estimated, USD; known when qualified.';
COMMENT ON COLUMN crm.leads.contact_attempts IS 'Calls and messages to the person so far.';
COMMENT ON COLUMN crm.leads.first_contact_date IS 'First answer of the person; NULL until then.';
COMMENT ON COLUMN crm.leads.last_contact_date IS 'Last call or message to the person, answered or not; NULL before the first.';
COMMENT ON COLUMN crm.leads.lead_status IS 'new | contacted (answered) | qualified | nurturing (no need yet, back to marketing) | converted | disqualified.';
COMMENT ON COLUMN crm.leads.disqualification_reason IS 'Why it was given up; disqualified only, NULL otherwise.';
COMMENT ON COLUMN crm.leads.converted_date IS 'When it was converted; NULL until then.';
COMMENT ON COLUMN crm.leads.converted_to_account_id IS 'Account it became, or belongs to; known when converted.';
COMMENT ON COLUMN crm.leads.created_at IS 'When the lead arrived.';
COMMENT ON COLUMN crm.leads.updated_at IS 'Last change of the row.';

CREATE TABLE crm.lead_activities (
    lead_activity_id bigint PRIMARY KEY,
    lead_id bigint NOT NULL REFERENCES crm.leads (lead_id),
    activity_type text NOT NULL CHECK (activity_type IN ('call', 'email', 'meeting', 'web_visit', 'download',
        'form_submission', 'event_attendance')),
    activity_date timestamptz NOT NULL,
    duration_minutes smallint CHECK (duration_minutes > 0),
    outcome text CHECK (outcome IN ('reached', 'not_reached', 'replied', 'no_reply', 'bounced', 'held', 'not_held')),
    score_points smallint NOT NULL CHECK (score_points BETWEEN -20 AND 40),
    next_action text CHECK (next_action IN ('call', 'email', 'meeting', 'send_quotation', 'hand_to_marketing', 'none')),
    next_action_date date,
    performed_by integer REFERENCES crm.sales_reps (sales_rep_id),
    created_at timestamptz NOT NULL,
    CHECK ((activity_type IN ('call', 'email', 'meeting')) = (performed_by IS NOT NULL)),
    CHECK (num_nulls(outcome, next_action) = CASE WHEN performed_by IS NULL THEN 2 ELSE 0 END),
    CHECK (CASE activity_type WHEN 'call' THEN outcome IN ('reached', 'not_reached') WHEN 'email' THEN outcome IN
        ('replied', 'no_reply', 'bounced') WHEN 'meeting' THEN outcome IN ('held', 'not_held') ELSE true END),
    CHECK ((coalesce(outcome, '') IN ('reached', 'held')) = (duration_minutes IS NOT NULL)),
    CHECK ((coalesce(next_action, 'none') = 'none') = (next_action_date IS NULL)),
    CHECK (activity_date <= created_at)
);
CREATE INDEX lead_activities_lead ON crm.lead_activities (lead_id, activity_date);
CREATE INDEX lead_activities_date ON crm.lead_activities (activity_date);
CREATE INDEX lead_activities_performed_by ON crm.lead_activities (performed_by) WHERE performed_by IS NOT NULL;
COMMENT ON TABLE crm.lead_activities IS 'Touch of a lead, by a representative or by the lead itself.';
COMMENT ON COLUMN crm.lead_activities.lead_activity_id IS 'Key.';
COMMENT ON COLUMN crm.lead_activities.lead_id IS 'Lead.';
COMMENT ON COLUMN crm.lead_activities.activity_type IS 'call | email | meeting (by a representative), or web_visit | download (of a data sheet) | form_submission | event_attendance (by the lead).';
COMMENT ON COLUMN crm.lead_activities.activity_date IS 'When it happened.';
COMMENT ON COLUMN crm.lead_activities.duration_minutes IS 'Duration; calls that were answered and meetings only, NULL otherwise.';
COMMENT ON COLUMN crm.lead_activities.outcome IS 'What came of it; NULL for touches by the lead.';
COMMENT ON COLUMN crm.lead_activities.score_points IS 'Points it adds to the score of the lead.';
COMMENT ON COLUMN crm.lead_activities.next_action IS 'What was agreed or planned next; NULL for touches by the lead.';
COMMENT ON COLUMN crm.lead_activities.next_action_date IS 'Day planned for it; NULL if nothing is.';
COMMENT ON COLUMN crm.lead_activities.performed_by IS 'Representative; NULL for touches by the lead.';
COMMENT ON COLUMN crm.lead_activities.created_at IS 'When it was recorded.';

CREATE TABLE crm.campaign_members (
    member_id bigint PRIMARY KEY,
    campaign_id integer NOT NULL REFERENCES crm.campaigns (campaign_id),
    lead_id bigint REFERENCES crm.leads (lead_id),
    contact_id integer REFERENCES crm.contacts (contact_id),
    member_status text NOT NULL
        CHECK (member_status IN ('targeted', 'sent', 'bounced', 'responded', 'attended', 'opted_out')),
    sent_date timestamptz,
    response_date timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (campaign_id, lead_id),
    UNIQUE (campaign_id, contact_id),
    CHECK (num_nonnulls(lead_id, contact_id) = 1),
    CHECK (CASE member_status WHEN 'targeted' THEN sent_date IS NULL WHEN 'sent' THEN sent_date IS NOT NULL WHEN
        'bounced' THEN sent_date IS NOT NULL WHEN 'opted_out' THEN sent_date IS NOT NULL ELSE true END),
    CHECK ((member_status IN ('responded', 'attended')) = (response_date IS NOT NULL)),
    CHECK (lead_id IS NOT NULL OR response_date IS NULL OR sent_date IS NOT NULL),
    CHECK (sent_date <= response_date),
    CHECK (created_at <= sent_date AND sent_date <= updated_at),
    CHECK (response_date <= updated_at),
    CHECK (created_at <= updated_at)
);
CREATE INDEX campaign_members_lead ON crm.campaign_members (lead_id) WHERE lead_id IS NOT NULL;
CREATE INDEX campaign_members_contact ON crm.campaign_members (contact_id) WHERE contact_id IS NOT NULL;
COMMENT ON TABLE crm.campaign_members IS 'Person addressed by a campaign: a lead or a contact.';
COMMENT ON COLUMN crm.campaign_members.member_id IS 'Key.';
COMMENT ON COLUMN crm.campaign_members.campaign_id IS 'Campaign.';
COMMENT ON COLUMN crm.campaign_members.lead_id IS 'Lead; NULL for a contact.';
COMMENT ON COLUMN crm.campaign_members.contact_id IS 'Contact; NULL for a lead.';
COMMENT ON COLUMN crm.campaign_members.member_status IS 'targeted (chosen) | sent | bounced | responded (answered, clicked or registered) | attended (came to the event) | opted_out.';
COMMENT ON COLUMN crm.campaign_members.sent_date IS 'When it was addressed; NULL until then, and for leads the campaign itself brought in.';
COMMENT ON COLUMN crm.campaign_members.response_date IS 'First response; NULL until then.';
COMMENT ON COLUMN crm.campaign_members.created_at IS 'When it was put on the list.';
COMMENT ON COLUMN crm.campaign_members.updated_at IS 'Last change of the row.';

-- Opportunities.
CREATE TABLE crm.opportunities (
    opportunity_id bigint PRIMARY KEY,
    opportunity_number text NOT NULL UNIQUE CHECK (opportunity_number ~ '^OPP-A[0-9]+-[0-9]{8}-[0-9]{2,}$'),
    opportunity_name text NOT NULL,
    account_id integer NOT NULL REFERENCES crm.accounts (account_id),
    primary_contact_id integer NOT NULL REFERENCES crm.contacts (contact_id),
    opportunity_type text NOT NULL
        CHECK (opportunity_type IN ('new_business', 'new_part', 'volume_increase', 'contract_renewal')),
    lead_source text NOT NULL
        CHECK (lead_source IN ('campaign', 'website', 'referral', 'cold_call', 'partner', 'existing_customer')),
    source_lead_id bigint UNIQUE REFERENCES crm.leads (lead_id),
    source_campaign_id integer REFERENCES crm.campaigns (campaign_id),
    product_category text NOT NULL,
    opportunity_owner integer NOT NULL REFERENCES crm.sales_reps (sales_rep_id),
    amount numeric(14, 2) NOT NULL CHECK (amount > 0),
    cost_estimate numeric(14, 2) NOT NULL CHECK (cost_estimate > 0),
    stage text NOT NULL
        CHECK (stage IN ('qualification', 'needs_analysis', 'proposal', 'negotiation', 'closed_won', 'closed_lost')),
    probability_pct smallint NOT NULL CHECK (probability_pct BETWEEN 0 AND 100),
    forecast_category text NOT NULL
        CHECK (forecast_category IN ('pipeline', 'best_case', 'commit', 'closed', 'omitted')),
    expected_close_date date NOT NULL,
    budget_confirmed boolean NOT NULL,
    decision_maker_identified boolean NOT NULL,
    lost_to_competitor text,
    win_loss_reason text CHECK (win_loss_reason IN ('price', 'quality', 'delivery_time', 'technical_fit', 'capacity',
        'relationship', 'no_decision', 'project_cancelled')),
    converted_to_order_id bigint,
    closed_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK ((lead_source = 'campaign') = (source_campaign_id IS NOT NULL)),
    CHECK ((stage IN ('closed_won', 'closed_lost')) = (closed_at IS NOT NULL)),
    CHECK ((closed_at IS NULL) = (win_loss_reason IS NULL)),
    CHECK (CASE stage WHEN 'closed_won' THEN probability_pct = 100 WHEN 'closed_lost' THEN probability_pct = 0 ELSE
        probability_pct BETWEEN 1 AND 99 END),
    CHECK ((stage = 'closed_won') = (forecast_category = 'closed')),
    CHECK ((stage = 'closed_lost') = (forecast_category = 'omitted')),
    CHECK (stage = 'closed_lost' OR lost_to_competitor IS NULL),
    CHECK (stage <> 'closed_won' OR win_loss_reason NOT IN ('no_decision', 'project_cancelled')),
    CHECK (stage = 'closed_won' OR converted_to_order_id IS NULL),
    CHECK (created_at < closed_at AND closed_at <= updated_at),
    CHECK (created_at <= updated_at)
);
CREATE INDEX opportunities_created_at ON crm.opportunities (created_at);
CREATE INDEX opportunities_account ON crm.opportunities (account_id, created_at);
CREATE INDEX opportunities_opportunity_owner ON crm.opportunities (opportunity_owner, expected_close_date);
CREATE INDEX opportunities_open ON crm.opportunities (expected_close_date) WHERE closed_at IS NULL;
CREATE INDEX opportunities_converted_to_order ON crm.opportunities (converted_to_order_id)
    WHERE converted_to_order_id IS NOT NULL;
CREATE INDEX opportunities_primary_contact ON crm.opportunities (primary_contact_id);
CREATE INDEX opportunities_source_campaign ON crm.opportunities (source_campaign_id)
    WHERE source_campaign_id IS NOT NULL;
COMMENT ON TABLE crm.opportunities IS 'Deal in the making: parts an account may buy, from qualification to won or lost.';
COMMENT ON COLUMN crm.opportunities.opportunity_id IS 'Key.';
COMMENT ON COLUMN crm.opportunities.opportunity_number IS 'Number: OPP-A<account>-<yyyymmdd>-<sequence>.';
COMMENT ON COLUMN crm.opportunities.opportunity_name IS 'Name: account, product family and kind of deal.';
COMMENT ON COLUMN crm.opportunities.account_id IS 'Account.';
COMMENT ON COLUMN crm.opportunities.primary_contact_id IS 'Person dealt with.';
COMMENT ON COLUMN crm.opportunities.opportunity_type IS 'new_business (first deal with the account) | new_part (further part number) | volume_increase (of a part it buys) | contract_renewal.';
COMMENT ON COLUMN crm.opportunities.lead_source IS 'How it came; for a converted lead, the lead''s.';
COMMENT ON COLUMN crm.opportunities.source_lead_id IS 'Lead it came from; NULL if it came from the account itself.';
COMMENT ON COLUMN crm.opportunities.source_campaign_id IS 'Campaign; that source only, NULL otherwise.';
COMMENT ON COLUMN crm.opportunities.product_category IS 'Product family of most of its value.';
COMMENT ON COLUMN crm.opportunities.opportunity_owner IS 'Representative in charge.';
COMMENT ON COLUMN crm.opportunities.amount IS 'Value of a year''s supply at the prices discussed, USD: sum of its product lines.';
COMMENT ON COLUMN crm.opportunities.cost_estimate IS 'The same quantities at standard cost, USD.';
COMMENT ON COLUMN crm.opportunities.stage IS 'qualification | needs_analysis (drawings and samples) | proposal (quoted) | negotiation | closed_won | closed_lost.';
COMMENT ON COLUMN crm.opportunities.probability_pct IS 'Chance of winning: the stage''s, corrected by the representative, %.';
COMMENT ON COLUMN crm.opportunities.forecast_category IS 'How the forecast counts it: pipeline | best_case | commit | closed (won) | omitted (lost).';
COMMENT ON COLUMN crm.opportunities.expected_close_date IS 'Decision expected.';
COMMENT ON COLUMN crm.opportunities.budget_confirmed IS 'The account has confirmed a budget.';
COMMENT ON COLUMN crm.opportunities.decision_maker_identified IS 'It is known who signs.';
COMMENT ON COLUMN crm.opportunities.lost_to_competitor IS 'Competitor chosen; NULL unless lost to one, about half of the lost.';
COMMENT ON COLUMN crm.opportunities.win_loss_reason IS 'What decided; known when closed.';
COMMENT ON COLUMN crm.opportunities.converted_to_order_id IS 'First order of a deal that was won; NULL until it arrives. -> erp.sales_orders(sales_order_id)';
COMMENT ON COLUMN crm.opportunities.closed_at IS 'When it was won or lost; known when closed.';
COMMENT ON COLUMN crm.opportunities.created_at IS 'When it was opened.';
COMMENT ON COLUMN crm.opportunities.updated_at IS 'Last change of the row.';

CREATE TABLE crm.opportunity_stage_history (
    history_id bigint PRIMARY KEY,
    opportunity_id bigint NOT NULL REFERENCES crm.opportunities (opportunity_id),
    transition_sequence smallint NOT NULL CHECK (transition_sequence > 0),
    from_stage text CHECK (from_stage IN ('qualification', 'needs_analysis', 'proposal', 'negotiation')),
    to_stage text NOT NULL
        CHECK (to_stage IN ('qualification', 'needs_analysis', 'proposal', 'negotiation', 'closed_won', 'closed_lost')),
    to_amount numeric(14, 2) NOT NULL CHECK (to_amount > 0),
    to_probability smallint NOT NULL CHECK (to_probability BETWEEN 0 AND 100),
    to_close_date date NOT NULL,
    change_reason text NOT NULL CHECK (change_reason IN ('opened', 'need_confirmed', 'drawings_received',
        'quotation_sent', 'price_discussed', 'requirements_changed', 'accepted', 'lost')),
    stage_duration_days numeric(8, 2) CHECK (stage_duration_days >= 0),
    changed_by integer NOT NULL REFERENCES crm.sales_reps (sales_rep_id),
    changed_at timestamptz NOT NULL,
    UNIQUE (opportunity_id, transition_sequence),
    CHECK ((transition_sequence = 1) = (from_stage IS NULL)),
    CHECK ((from_stage IS NULL) = (stage_duration_days IS NULL)),
    CHECK (CASE from_stage WHEN 'qualification' THEN to_stage IN ('needs_analysis', 'proposal', 'closed_lost') WHEN
        'needs_analysis' THEN to_stage IN ('proposal', 'closed_lost') WHEN 'proposal' THEN to_stage IN
        ('needs_analysis', 'negotiation', 'closed_won', 'closed_lost') WHEN 'negotiation' THEN to_stage IN
        ('needs_analysis', 'proposal', 'closed_won', 'closed_lost') ELSE to_stage = 'qualification' END),
    CHECK (CASE to_stage WHEN 'closed_won' THEN to_probability = 100 WHEN 'closed_lost' THEN to_probability = 0 ELSE
        to_probability BETWEEN 1 AND 99 END)
);
CREATE INDEX opportunity_stage_history_changed_at ON crm.opportunity_stage_history (changed_at);
CREATE INDEX opportunity_stage_history_changed_by ON crm.opportunity_stage_history (changed_by);
COMMENT ON TABLE crm.opportunity_stage_history IS 'Stage entered by an opportunity, with what was expected of it then; the last row is what the opportunity shows.';
COMMENT ON COLUMN crm.opportunity_stage_history.history_id IS 'Key.';
COMMENT ON COLUMN crm.opportunity_stage_history.opportunity_id IS 'Opportunity.';
COMMENT ON COLUMN crm.opportunity_stage_history.transition_sequence IS 'Number of the transition in its opportunity, from 1.';
COMMENT ON COLUMN crm.opportunity_stage_history.from_stage IS 'Stage left; NULL for the opening only.';
COMMENT ON COLUMN crm.opportunity_stage_history.to_stage IS 'Stage entered.';
COMMENT ON COLUMN crm.opportunity_stage_history.to_amount IS 'Value of the opportunity from then on, USD.';
COMMENT ON COLUMN crm.opportunity_stage_history.to_probability IS 'Chance of winning from then on, %.';
COMMENT ON COLUMN crm.opportunity_stage_history.to_close_date IS 'Decision expected from then on.';
COMMENT ON COLUMN crm.opportunity_stage_history.change_reason IS 'What moved it; requirements_changed moves it back.';
COMMENT ON COLUMN crm.opportunity_stage_history.stage_duration_days IS 'Time spent in the stage left, d; NULL for the opening only.';
COMMENT ON COLUMN crm.opportunity_stage_history.changed_by IS 'Representative.';
COMMENT ON COLUMN crm.opportunity_stage_history.changed_at IS 'When it changed.';

CREATE TABLE crm.opportunity_products (
    opp_product_id bigint PRIMARY KEY,
    opportunity_id bigint NOT NULL REFERENCES crm.opportunities (opportunity_id),
    line_number smallint NOT NULL CHECK (line_number > 0),
    product_id integer NOT NULL,
    quantity integer NOT NULL CHECK (quantity > 0),
    list_price numeric(14, 2) NOT NULL CHECK (list_price > 0),
    discount_pct numeric(5, 2) NOT NULL CHECK (discount_pct BETWEEN 0 AND 60),
    line_total numeric(14, 2) NOT NULL,
    required_date date NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (opportunity_id, line_number),
    UNIQUE (opportunity_id, product_id),
    CHECK (line_total = round(quantity * list_price * (100 - discount_pct) / 100, 2)),
    CHECK (created_at <= updated_at)
);
CREATE INDEX opportunity_products_product ON crm.opportunity_products (product_id);
COMMENT ON TABLE crm.opportunity_products IS 'Product line of an opportunity, at the price now discussed.';
COMMENT ON COLUMN crm.opportunity_products.opp_product_id IS 'Key.';
COMMENT ON COLUMN crm.opportunity_products.opportunity_id IS 'Opportunity.';
COMMENT ON COLUMN crm.opportunity_products.line_number IS 'Number of the line, from 1.';
COMMENT ON COLUMN crm.opportunity_products.product_id IS 'Product. -> master.products(product_id)';
COMMENT ON COLUMN crm.opportunity_products.quantity IS 'Quantity of a year [parts].';
COMMENT ON COLUMN crm.opportunity_products.list_price IS 'List price of a part, USD.';
COMMENT ON COLUMN crm.opportunity_products.discount_pct IS 'Discount discussed, %.';
COMMENT ON COLUMN crm.opportunity_products.line_total IS 'Quantity at list price less the discount, rounded once, USD.';
COMMENT ON COLUMN crm.opportunity_products.required_date IS 'First delivery wanted.';
COMMENT ON COLUMN crm.opportunity_products.created_at IS 'When the line was entered.';
COMMENT ON COLUMN crm.opportunity_products.updated_at IS 'Last change of the row.';

-- Quotations and contracts.
CREATE TABLE crm.quotations (
    quotation_id bigint PRIMARY KEY,
    quotation_number text NOT NULL UNIQUE CHECK (quotation_number ~ '^QUO-A[0-9]+-[0-9]{8}-[0-9]{2,}$'),
    opportunity_id bigint NOT NULL REFERENCES crm.opportunities (opportunity_id),
    revision_number smallint NOT NULL CHECK (revision_number > 0),
    parent_quotation_id bigint UNIQUE REFERENCES crm.quotations (quotation_id),
    account_id integer NOT NULL REFERENCES crm.accounts (account_id),
    contact_id integer NOT NULL REFERENCES crm.contacts (contact_id),
    quotation_date date NOT NULL,
    valid_until_date date NOT NULL,
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    exchange_rate_usd numeric(18, 8) NOT NULL CHECK (exchange_rate_usd > 0),
    subtotal numeric(14, 2) NOT NULL CHECK (subtotal > 0),
    discount_amount numeric(14, 2) NOT NULL CHECK (discount_amount >= 0),
    shipping_cost numeric(14, 2) NOT NULL CHECK (shipping_cost >= 0),
    total_amount numeric(14, 2) NOT NULL CHECK (total_amount > 0),
    payment_terms_days smallint NOT NULL CHECK (payment_terms_days > 0),
    delivery_terms text NOT NULL CHECK (delivery_terms IN ('EXW', 'FCA', 'DAP', 'DDP')),
    warranty_months smallint NOT NULL CHECK (warranty_months BETWEEN 6 AND 60),
    approval_status text NOT NULL CHECK (approval_status IN ('not_required', 'pending', 'approved', 'rejected')),
    approved_by integer REFERENCES crm.sales_reps (sales_rep_id),
    approved_at timestamptz,
    quotation_status text NOT NULL
        CHECK (quotation_status IN ('draft', 'sent', 'accepted', 'rejected', 'expired', 'superseded', 'withdrawn')),
    sent_at timestamptz,
    decided_at timestamptz,
    rejection_reason text
        CHECK (rejection_reason IN ('price', 'delivery_time', 'technical', 'terms', 'no_longer_needed')),
    converted_to_order_id bigint,
    converted_date date,
    prepared_by integer NOT NULL REFERENCES crm.sales_reps (sales_rep_id),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (opportunity_id, revision_number),
    CHECK ((revision_number = 1) = (parent_quotation_id IS NULL)),
    CHECK (parent_quotation_id <> quotation_id),
    CHECK (quotation_date <= valid_until_date),
    CHECK (currency <> 'USD' OR exchange_rate_usd = 1),
    CHECK (discount_amount < subtotal),
    CHECK (total_amount = subtotal - discount_amount + shipping_cost),
    CHECK ((approval_status IN ('approved', 'rejected')) = (approved_at IS NOT NULL)),
    CHECK ((approved_at IS NULL) = (approved_by IS NULL)),
    CHECK ((approval_status = 'rejected') = (quotation_status = 'withdrawn')),
    CHECK (approval_status <> 'pending' OR quotation_status = 'draft'),
    CHECK ((quotation_status IN ('draft', 'withdrawn')) = (sent_at IS NULL)),
    CHECK ((quotation_status IN ('accepted', 'rejected')) = (decided_at IS NOT NULL)),
    CHECK ((quotation_status = 'rejected') = (rejection_reason IS NOT NULL)),
    CHECK (quotation_status = 'accepted' OR converted_to_order_id IS NULL),
    CHECK ((converted_to_order_id IS NULL) = (converted_date IS NULL)),
    CHECK (created_at <= approved_at AND approved_at <= updated_at),
    CHECK (created_at <= sent_at AND sent_at <= updated_at),
    CHECK (approved_at <= sent_at),
    CHECK (sent_at <= decided_at AND decided_at <= updated_at),
    CHECK (created_at <= updated_at)
);
CREATE INDEX quotations_date ON crm.quotations (quotation_date);
CREATE INDEX quotations_account ON crm.quotations (account_id, quotation_date);
CREATE INDEX quotations_open ON crm.quotations (valid_until_date) WHERE quotation_status = 'sent';
CREATE INDEX quotations_converted_to_order ON crm.quotations (converted_to_order_id)
    WHERE converted_to_order_id IS NOT NULL;
CREATE INDEX quotations_contact ON crm.quotations (contact_id);
CREATE INDEX quotations_approved_by ON crm.quotations (approved_by) WHERE approved_by IS NOT NULL;
CREATE INDEX quotations_prepared_by ON crm.quotations (prepared_by);
COMMENT ON TABLE crm.quotations IS 'Quotation of an opportunity; a changed offer is a new revision. Prices are net of tax. Header and lines are fixed when it is created, only its way to a decision goes on.';
COMMENT ON COLUMN crm.quotations.quotation_id IS 'Key.';
COMMENT ON COLUMN crm.quotations.quotation_number IS 'Number: QUO-A<account>-<yyyymmdd>-<sequence>; each revision has its own.';
COMMENT ON COLUMN crm.quotations.opportunity_id IS 'Opportunity.';
COMMENT ON COLUMN crm.quotations.revision_number IS 'Revision, from 1, within its opportunity.';
COMMENT ON COLUMN crm.quotations.parent_quotation_id IS 'Revision it replaces; NULL for the first.';
COMMENT ON COLUMN crm.quotations.account_id IS 'Account.';
COMMENT ON COLUMN crm.quotations.contact_id IS 'Person addressed.';
COMMENT ON COLUMN crm.quotations.quotation_date IS 'Date of the quotation.';
COMMENT ON COLUMN crm.quotations.valid_until_date IS 'Last day it may be accepted.';
COMMENT ON COLUMN crm.quotations.currency IS 'Currency of its amounts, ISO 4217: the customer''s.';
COMMENT ON COLUMN crm.quotations.exchange_rate_usd IS 'Rate of the quotation date [USD per unit].';
COMMENT ON COLUMN crm.quotations.subtotal IS 'Sum of the lines at list price, each rounded [currency].';
COMMENT ON COLUMN crm.quotations.discount_amount IS 'Subtotal less the sum of the line totals [currency].';
COMMENT ON COLUMN crm.quotations.shipping_cost IS 'Freight offered; 0 where the customer pays the carrier [currency].';
COMMENT ON COLUMN crm.quotations.total_amount IS 'Subtotal less discount plus freight [currency].';
COMMENT ON COLUMN crm.quotations.payment_terms_days IS 'Payment terms, days net from the invoice date.';
COMMENT ON COLUMN crm.quotations.delivery_terms IS 'Delivery terms, Incoterms 2020.';
COMMENT ON COLUMN crm.quotations.warranty_months IS 'Warranty offered.';
COMMENT ON COLUMN crm.quotations.approval_status IS 'not_required (no discount above the representative''s limit) | pending | approved | rejected (by the sales manager, before it was sent).';
COMMENT ON COLUMN crm.quotations.approved_by IS 'Sales manager who approved or rejected it; NULL until then and where not required.';
COMMENT ON COLUMN crm.quotations.approved_at IS 'When that was decided; NULL until then and where not required.';
COMMENT ON COLUMN crm.quotations.quotation_status IS 'draft (also while its approval is pending) | sent | accepted | rejected (by the customer) | expired | superseded (by a revision) | withdrawn (approval refused).';
COMMENT ON COLUMN crm.quotations.sent_at IS 'When it was sent; NULL until then and if withdrawn.';
COMMENT ON COLUMN crm.quotations.decided_at IS 'When the customer answered; accepted and rejected only, NULL otherwise.';
COMMENT ON COLUMN crm.quotations.rejection_reason IS 'The customer''s reason; rejected only, NULL otherwise.';
COMMENT ON COLUMN crm.quotations.converted_to_order_id IS 'First order it led to; NULL until it arrives. -> erp.sales_orders(sales_order_id)';
COMMENT ON COLUMN crm.quotations.converted_date IS 'Date of that order; NULL until then.';
COMMENT ON COLUMN crm.quotations.prepared_by IS 'Representative who wrote it.';
COMMENT ON COLUMN crm.quotations.created_at IS 'When it was entered.';
COMMENT ON COLUMN crm.quotations.updated_at IS 'Last change of the row.';

CREATE TABLE crm.quotation_lines (
    quote_line_id bigint PRIMARY KEY,
    quotation_id bigint NOT NULL REFERENCES crm.quotations (quotation_id),
    line_number smallint NOT NULL CHECK (line_number > 0),
    product_id integer NOT NULL,
    quantity integer NOT NULL CHECK (quantity > 0),
    list_price numeric(14, 2) NOT NULL CHECK (list_price > 0),
    price_unit smallint NOT NULL CHECK (price_unit IN (1, 100, 1000)),
    discount_pct numeric(5, 2) NOT NULL CHECK (discount_pct BETWEEN 0 AND 60),
    line_total numeric(14, 2) NOT NULL,
    delivery_lead_time_days smallint NOT NULL CHECK (delivery_lead_time_days > 0),
    created_at timestamptz NOT NULL,
    UNIQUE (quotation_id, line_number),
    CHECK (line_total = round(quantity * list_price * (100 - discount_pct) / (100 * price_unit), 2))
);
CREATE INDEX quotation_lines_product ON crm.quotation_lines (product_id);
COMMENT ON TABLE crm.quotation_lines IS 'Line of a quotation.';
COMMENT ON COLUMN crm.quotation_lines.quote_line_id IS 'Key.';
COMMENT ON COLUMN crm.quotation_lines.quotation_id IS 'Quotation.';
COMMENT ON COLUMN crm.quotation_lines.line_number IS 'Number of the line, from 1.';
COMMENT ON COLUMN crm.quotation_lines.product_id IS 'Product. -> master.products(product_id)';
COMMENT ON COLUMN crm.quotation_lines.quantity IS 'Quantity offered [parts].';
COMMENT ON COLUMN crm.quotation_lines.list_price IS 'List price of price_unit parts [currency of the quotation].';
COMMENT ON COLUMN crm.quotation_lines.price_unit IS 'Quantity the price is for [parts].';
COMMENT ON COLUMN crm.quotation_lines.discount_pct IS 'Discount offered, %.';
COMMENT ON COLUMN crm.quotation_lines.line_total IS 'Quantity at list price less the discount, rounded once [currency of the quotation].';
COMMENT ON COLUMN crm.quotation_lines.delivery_lead_time_days IS 'Time from order to delivery promised.';
COMMENT ON COLUMN crm.quotation_lines.created_at IS 'When the line was entered.';

CREATE TABLE crm.contracts (
    contract_id integer PRIMARY KEY,
    contract_number text NOT NULL UNIQUE CHECK (contract_number ~ '^CTR-A[0-9]+-[0-9]{4}-[0-9]{2,}$'),
    account_id integer NOT NULL REFERENCES crm.accounts (account_id),
    contract_type text NOT NULL CHECK (contract_type IN ('framework', 'blanket')),
    opportunity_id bigint UNIQUE REFERENCES crm.opportunities (opportunity_id),
    parent_contract_id integer UNIQUE REFERENCES crm.contracts (contract_id),
    product_id integer,
    annual_quantity integer CHECK (annual_quantity > 0),
    agreed_price numeric(14, 2) CHECK (agreed_price > 0),
    price_unit smallint CHECK (price_unit IN (1, 100, 1000)),
    discount_pct numeric(5, 2) CHECK (discount_pct BETWEEN 0 AND 60),
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    contract_value numeric(16, 2) NOT NULL CHECK (contract_value > 0),
    contract_start_date date NOT NULL,
    contract_end_date date NOT NULL,
    signed_date date,
    release_frequency text NOT NULL CHECK (release_frequency IN ('weekly', 'monthly')),
    payment_terms_days smallint NOT NULL CHECK (payment_terms_days > 0),
    delivery_terms text NOT NULL CHECK (delivery_terms IN ('EXW', 'FCA', 'DAP', 'DDP')),
    warranty_months smallint NOT NULL CHECK (warranty_months BETWEEN 6 AND 60),
    late_delivery_penalty_pct numeric(5, 2) NOT NULL CHECK (late_delivery_penalty_pct BETWEEN 0 AND 5),
    auto_renewal boolean NOT NULL,
    notice_days smallint NOT NULL CHECK (notice_days > 0),
    contract_owner integer NOT NULL REFERENCES crm.sales_reps (sales_rep_id),
    contract_status text NOT NULL CHECK (contract_status IN ('draft', 'signed', 'active', 'expired', 'terminated')),
    terminated_date date,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (contract_start_date < contract_end_date),
    CHECK (parent_contract_id <> contract_id),
    CHECK (num_nonnulls(product_id, annual_quantity, agreed_price, price_unit) = CASE contract_type WHEN 'blanket' THEN
        4 ELSE 0 END),
    CHECK ((contract_type = 'framework') = (discount_pct IS NOT NULL)),
    CHECK ((contract_status = 'draft') = (signed_date IS NULL)),
    CHECK (signed_date <= contract_start_date),
    CHECK ((contract_status = 'terminated') = (terminated_date IS NOT NULL)),
    CHECK (terminated_date >= contract_start_date AND terminated_date < contract_end_date),
    CHECK (created_at <= updated_at)
);
CREATE INDEX contracts_account ON crm.contracts (account_id, contract_start_date);
CREATE INDEX contracts_product ON crm.contracts (product_id) WHERE product_id IS NOT NULL;
CREATE INDEX contracts_ending ON crm.contracts (contract_end_date) WHERE contract_status = 'active';
CREATE INDEX contracts_contract_owner ON crm.contracts (contract_owner);
COMMENT ON TABLE crm.contracts IS 'Contract with an account: a framework for all it buys, or a blanket order for one product.';
COMMENT ON COLUMN crm.contracts.contract_id IS 'Key.';
COMMENT ON COLUMN crm.contracts.contract_number IS 'Number: CTR-A<account>-<year>-<sequence>.';
COMMENT ON COLUMN crm.contracts.account_id IS 'Account.';
COMMENT ON COLUMN crm.contracts.contract_type IS 'framework (discount and terms for every product bought) | blanket (a yearly quantity of one product at a fixed price). Customers call off releases under both.';
COMMENT ON COLUMN crm.contracts.opportunity_id IS 'Deal that led to it; NULL for contracts signed before history begins and automatic renewals.';
COMMENT ON COLUMN crm.contracts.parent_contract_id IS 'Contract it renews; NULL for the first.';
COMMENT ON COLUMN crm.contracts.product_id IS 'Product; blanket only, NULL otherwise. -> master.products(product_id)';
COMMENT ON COLUMN crm.contracts.annual_quantity IS 'Quantity agreed for a year; blanket only, NULL otherwise [parts].';
COMMENT ON COLUMN crm.contracts.agreed_price IS 'Price of price_unit parts; blanket only, NULL otherwise [currency].';
COMMENT ON COLUMN crm.contracts.price_unit IS 'Quantity the price is for; blanket only, NULL otherwise [parts].';
COMMENT ON COLUMN crm.contracts.discount_pct IS 'Discount on the list price, %; framework only, NULL otherwise.';
COMMENT ON COLUMN crm.contracts.currency IS 'Currency of its amounts, ISO 4217.';
COMMENT ON COLUMN crm.contracts.contract_value IS 'Value expected over the term [currency].';
COMMENT ON COLUMN crm.contracts.contract_start_date IS 'First day.';
COMMENT ON COLUMN crm.contracts.contract_end_date IS 'Last day agreed.';
COMMENT ON COLUMN crm.contracts.signed_date IS 'Date of the last signature; NULL for a draft.';
COMMENT ON COLUMN crm.contracts.release_frequency IS 'How often the customer calls off.';
COMMENT ON COLUMN crm.contracts.payment_terms_days IS 'Payment terms, days net from the invoice date.';
COMMENT ON COLUMN crm.contracts.delivery_terms IS 'Delivery terms, Incoterms 2020.';
COMMENT ON COLUMN crm.contracts.warranty_months IS 'Warranty, from the delivery.';
COMMENT ON COLUMN crm.contracts.late_delivery_penalty_pct IS 'Penalty, % of the value of the late goods a week begun; 0: none agreed.';
COMMENT ON COLUMN crm.contracts.auto_renewal IS 'Renews itself for a year unless notice is given.';
COMMENT ON COLUMN crm.contracts.notice_days IS 'Period of notice.';
COMMENT ON COLUMN crm.contracts.contract_owner IS 'Representative in charge.';
COMMENT ON COLUMN crm.contracts.contract_status IS 'draft | signed (not begun) | active | expired (renewed or not) | terminated (before its end, about 1 in 50).';
COMMENT ON COLUMN crm.contracts.terminated_date IS 'Day it was ended before its time; NULL otherwise.';
COMMENT ON COLUMN crm.contracts.created_at IS 'When the record was entered.';
COMMENT ON COLUMN crm.contracts.updated_at IS 'Last change of the row.';

-- Orders and shipments, copied.
CREATE TABLE crm.account_orders (
    account_order_id bigint PRIMARY KEY,
    sales_order_id bigint NOT NULL UNIQUE,
    sales_order_number text NOT NULL UNIQUE CHECK (sales_order_number ~ '^SO-'),
    account_id integer NOT NULL REFERENCES crm.accounts (account_id),
    quotation_id bigint REFERENCES crm.quotations (quotation_id),
    contract_id integer REFERENCES crm.contracts (contract_id),
    customer_po_number text NOT NULL,
    order_date date NOT NULL,
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    total_net_value numeric(14, 2) NOT NULL CHECK (total_net_value >= 0),
    line_count smallint NOT NULL CHECK (line_count > 0),
    requested_delivery_date date NOT NULL,
    confirmed_delivery_date date,
    order_status text NOT NULL CHECK (order_status IN ('open', 'completed', 'cancelled')),
    delivery_status text NOT NULL CHECK (delivery_status IN ('not_delivered', 'partially_delivered', 'delivered')),
    billing_status text NOT NULL CHECK (billing_status IN ('not_billed', 'partially_billed', 'billed')),
    source_version integer NOT NULL CHECK (source_version > 0),
    source_updated_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (order_date <= requested_delivery_date),
    CHECK (order_date <= confirmed_delivery_date),
    CHECK (delivery_status = 'not_delivered' OR confirmed_delivery_date IS NOT NULL),
    CHECK (order_status <> 'completed' OR delivery_status = 'delivered' AND billing_status = 'billed'),
    CHECK (order_status <> 'cancelled' OR delivery_status = 'not_delivered'),
    CHECK (source_updated_at <= updated_at),
    CHECK (created_at <= updated_at)
);
CREATE INDEX account_orders_account ON crm.account_orders (account_id, order_date);
CREATE INDEX account_orders_date ON crm.account_orders (order_date);
CREATE INDEX account_orders_open ON crm.account_orders (requested_delivery_date) WHERE order_status = 'open';
CREATE INDEX account_orders_quotation ON crm.account_orders (quotation_id) WHERE quotation_id IS NOT NULL;
CREATE INDEX account_orders_contract ON crm.account_orders (contract_id) WHERE contract_id IS NOT NULL;
COMMENT ON TABLE crm.account_orders IS 'Customer order as accounting has it: its latest version applied here. Written by flow: sales orders to CRM.';
COMMENT ON COLUMN crm.account_orders.account_order_id IS 'Key.';
COMMENT ON COLUMN crm.account_orders.sales_order_id IS 'Order. -> erp.sales_orders(sales_order_id)';
COMMENT ON COLUMN crm.account_orders.sales_order_number IS 'Number of the order.';
COMMENT ON COLUMN crm.account_orders.account_id IS 'Account of the customer.';
COMMENT ON COLUMN crm.account_orders.quotation_id IS 'Quotation that became the order; NULL for most orders.';
COMMENT ON COLUMN crm.account_orders.contract_id IS 'Contract called off; NULL for orders without one.';
COMMENT ON COLUMN crm.account_orders.customer_po_number IS 'Order number of the customer.';
COMMENT ON COLUMN crm.account_orders.order_date IS 'Date of the order.';
COMMENT ON COLUMN crm.account_orders.currency IS 'Currency of the order, ISO 4217.';
COMMENT ON COLUMN crm.account_orders.total_net_value IS 'Sum of the net values of its lines that are not cancelled [currency].';
COMMENT ON COLUMN crm.account_orders.line_count IS 'Lines, those cancelled included.';
COMMENT ON COLUMN crm.account_orders.requested_delivery_date IS 'Delivery wanted.';
COMMENT ON COLUMN crm.account_orders.confirmed_delivery_date IS 'Delivery promised; NULL until confirmed.';
COMMENT ON COLUMN crm.account_orders.order_status IS 'open | completed (delivered and billed) | cancelled.';
COMMENT ON COLUMN crm.account_orders.delivery_status IS 'Goods issue of its lines: not_delivered | partially_delivered | delivered.';
COMMENT ON COLUMN crm.account_orders.billing_status IS 'Billing of its lines: not_billed | partially_billed | billed.';
COMMENT ON COLUMN crm.account_orders.source_version IS 'Version of the order applied last, from 1.';
COMMENT ON COLUMN crm.account_orders.source_updated_at IS 'When that version came about in accounting.';
COMMENT ON COLUMN crm.account_orders.created_at IS 'When the first version was applied.';
COMMENT ON COLUMN crm.account_orders.updated_at IS 'When the latest version was applied.';

CREATE TABLE crm.account_shipments (
    account_shipment_id bigint PRIMARY KEY,
    shipment_id bigint NOT NULL UNIQUE,
    shipment_number text NOT NULL UNIQUE,
    account_order_id bigint NOT NULL REFERENCES crm.account_orders (account_order_id),
    carrier_id integer NOT NULL,
    tracking_number text,
    promised_delivery_date date NOT NULL,
    scheduled_ship_date date NOT NULL,
    ship_date date,
    estimated_delivery_date date NOT NULL,
    actual_delivery_date date,
    shipment_status text NOT NULL CHECK (shipment_status IN ('planned', 'tendered', 'ready', 'in_transit',
        'out_for_delivery', 'delivered', 'refused')),
    source_version integer NOT NULL CHECK (source_version > 0),
    source_updated_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (ship_date <= actual_delivery_date),
    CHECK ((shipment_status = 'planned') = (tracking_number IS NULL)),
    CHECK ((shipment_status IN ('planned', 'tendered', 'ready')) = (ship_date IS NULL)),
    CHECK ((shipment_status = 'delivered') = (actual_delivery_date IS NOT NULL)),
    CHECK (source_updated_at <= updated_at),
    CHECK (created_at <= updated_at)
);
CREATE INDEX account_shipments_promised ON crm.account_shipments (promised_delivery_date);
CREATE INDEX account_shipments_under_way ON crm.account_shipments (estimated_delivery_date)
    WHERE shipment_status IN ('in_transit', 'out_for_delivery');
CREATE INDEX account_shipments_account_order ON crm.account_shipments (account_order_id);
COMMENT ON TABLE crm.account_shipments IS 'Shipment of an order as transport has it: its latest version applied here. Written by flow: shipments to CRM.';
COMMENT ON COLUMN crm.account_shipments.account_shipment_id IS 'Key.';
COMMENT ON COLUMN crm.account_shipments.shipment_id IS 'Shipment. -> tms.shipments(shipment_id)';
COMMENT ON COLUMN crm.account_shipments.shipment_number IS 'Number of the shipment.';
COMMENT ON COLUMN crm.account_shipments.account_order_id IS 'Order shipped.';
COMMENT ON COLUMN crm.account_shipments.carrier_id IS 'Carrier. -> tms.carriers(carrier_id)';
COMMENT ON COLUMN crm.account_shipments.tracking_number IS 'Number to trace it with the carrier; NULL until the carrier has accepted it.';
COMMENT ON COLUMN crm.account_shipments.promised_delivery_date IS 'Delivery promised for the order; a shipment delivered more than two days after it opens a case.';
COMMENT ON COLUMN crm.account_shipments.scheduled_ship_date IS 'Planned day of departure, local date of the warehouse.';
COMMENT ON COLUMN crm.account_shipments.ship_date IS 'Day it left; NULL until then.';
COMMENT ON COLUMN crm.account_shipments.estimated_delivery_date IS 'Delivery now expected, local date of the customer.';
COMMENT ON COLUMN crm.account_shipments.actual_delivery_date IS 'Day it was delivered; NULL until then.';
COMMENT ON COLUMN crm.account_shipments.shipment_status IS 'planned | tendered (the carrier has accepted) | ready (staged at the dock) | in_transit | out_for_delivery | delivered | refused (turned back by the customer; about 1 in 1000).';
COMMENT ON COLUMN crm.account_shipments.source_version IS 'Version of the shipment applied last, from 1.';
COMMENT ON COLUMN crm.account_shipments.source_updated_at IS 'When that version came about in transport.';
COMMENT ON COLUMN crm.account_shipments.created_at IS 'When the first version was applied.';
COMMENT ON COLUMN crm.account_shipments.updated_at IS 'When the latest version was applied.';

-- Cases.
CREATE TABLE crm.cases (
    case_id bigint PRIMARY KEY,
    case_number text NOT NULL UNIQUE CHECK (case_number ~ '^CASE-A[0-9]+-[0-9]{8}-[0-9]{2,}$'),
    account_id integer NOT NULL REFERENCES crm.accounts (account_id),
    contact_id integer REFERENCES crm.contacts (contact_id),
    case_origin text NOT NULL CHECK (case_origin IN ('shipment_rule', 'email', 'phone', 'portal')),
    case_type text NOT NULL
        CHECK (case_type IN ('late_delivery', 'quantity', 'price', 'quality', 'documents', 'order_change')),
    subject text NOT NULL,
    priority text NOT NULL CHECK (priority IN ('low', 'medium', 'high', 'critical')),
    account_order_id bigint REFERENCES crm.account_orders (account_order_id),
    account_shipment_id bigint REFERENCES crm.account_shipments (account_shipment_id),
    service_ticket_id bigint,
    assigned_to integer NOT NULL REFERENCES crm.sales_reps (sales_rep_id),
    response_due_date timestamptz NOT NULL,
    resolution_due_date timestamptz NOT NULL,
    first_response_date timestamptz,
    escalated_to integer REFERENCES crm.sales_reps (sales_rep_id),
    escalated_at timestamptz,
    root_cause text CHECK (root_cause IN ('production_delay', 'material_shortage', 'carrier', 'picking_error',
        'order_entry', 'price_master', 'part_fault', 'customer', 'unknown')),
    resolution text CHECK (resolution IN ('explained', 'new_date_agreed', 'expedited', 'credit_note', 'replacement',
        'documents_sent', 'order_changed', 'declined')),
    credit_amount_usd numeric(14, 2) CHECK (credit_amount_usd > 0),
    resolved_date timestamptz,
    closed_date timestamptz,
    satisfaction_rating smallint CHECK (satisfaction_rating BETWEEN 1 AND 5),
    case_status text NOT NULL CHECK (case_status IN ('new', 'in_progress', 'waiting_customer', 'resolved', 'closed')),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK ((case_origin = 'shipment_rule') = (contact_id IS NULL)),
    CHECK (case_origin <> 'shipment_rule' OR case_type = 'late_delivery'),
    CHECK (account_shipment_id IS NULL OR account_order_id IS NOT NULL AND case_type IN ('late_delivery', 'quantity')),
    CHECK (case_type NOT IN ('late_delivery', 'quantity') OR account_order_id IS NOT NULL),
    CHECK (created_at < response_due_date AND response_due_date <= resolution_due_date),
    CHECK ((case_status = 'new') = (first_response_date IS NULL)),
    CHECK ((escalated_to IS NULL) = (escalated_at IS NULL)),
    CHECK (num_nonnulls(root_cause, resolution, resolved_date) = CASE WHEN case_status IN ('resolved', 'closed') THEN 3
        ELSE 0 END),
    CHECK (coalesce(resolution = 'credit_note', false) = (credit_amount_usd IS NOT NULL)),
    CHECK ((case_status = 'closed') = (closed_date IS NOT NULL)),
    CHECK (satisfaction_rating IS NULL OR case_status = 'closed'),
    CHECK (created_at <= first_response_date AND first_response_date <= resolved_date),
    CHECK (created_at <= escalated_at AND escalated_at <= updated_at),
    CHECK (resolved_date <= closed_date),
    CHECK (first_response_date <= updated_at AND resolved_date <= updated_at AND closed_date <= updated_at),
    CHECK (created_at <= updated_at)
);
CREATE INDEX cases_created_at ON crm.cases (created_at);
CREATE INDEX cases_account ON crm.cases (account_id, created_at);
CREATE INDEX cases_service_ticket ON crm.cases (service_ticket_id) WHERE service_ticket_id IS NOT NULL;
CREATE INDEX cases_open ON crm.cases (assigned_to, resolution_due_date) WHERE resolved_date IS NULL;
CREATE INDEX cases_assigned_to ON crm.cases (assigned_to);
CREATE INDEX cases_contact ON crm.cases (contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX cases_account_order ON crm.cases (account_order_id) WHERE account_order_id IS NOT NULL;
CREATE INDEX cases_account_shipment ON crm.cases (account_shipment_id) WHERE account_shipment_id IS NOT NULL;
CREATE INDEX cases_escalated_to ON crm.cases (escalated_to) WHERE escalated_to IS NOT NULL;
COMMENT ON TABLE crm.cases IS 'Commercial case: what a customer asks or objects to about price, delivery, quantity or papers; faults of parts are service tickets.';
COMMENT ON COLUMN crm.cases.case_id IS 'Key.';
COMMENT ON COLUMN crm.cases.case_number IS 'Number: CASE-A<account>-<yyyymmdd>-<sequence>.';
COMMENT ON COLUMN crm.cases.account_id IS 'Account.';
COMMENT ON COLUMN crm.cases.contact_id IS 'Person who raised it; NULL if a rule did.';
COMMENT ON COLUMN crm.cases.case_origin IS 'shipment_rule (a shipment is late: opened before the customer asks) | email | phone | portal.';
COMMENT ON COLUMN crm.cases.case_type IS 'late_delivery | quantity (short or over) | price (invoice and quotation differ) | quality (commercial side of a fault) | documents | order_change.';
COMMENT ON COLUMN crm.cases.subject IS 'What it is about, in one line naming the document.';
COMMENT ON COLUMN crm.cases.priority IS 'low | medium | high | critical (the customer''s line is at risk).';
COMMENT ON COLUMN crm.cases.account_order_id IS 'Order; NULL if it is about none.';
COMMENT ON COLUMN crm.cases.account_shipment_id IS 'Shipment; late deliveries and quantities only, NULL otherwise.';
COMMENT ON COLUMN crm.cases.service_ticket_id IS 'Ticket of service on the same matter; NULL unless there is one, about 1 in 4. -> service.service_tickets(service_ticket_id)';
COMMENT ON COLUMN crm.cases.assigned_to IS 'Representative in charge.';
COMMENT ON COLUMN crm.cases.response_due_date IS 'First answer due.';
COMMENT ON COLUMN crm.cases.resolution_due_date IS 'Resolution due.';
COMMENT ON COLUMN crm.cases.first_response_date IS 'First answer; NULL until then.';
COMMENT ON COLUMN crm.cases.escalated_to IS 'Sales manager called in; NULL unless it was overdue, about 1 in 12.';
COMMENT ON COLUMN crm.cases.escalated_at IS 'When that was; NULL otherwise.';
COMMENT ON COLUMN crm.cases.root_cause IS 'What was behind it; known when resolved.';
COMMENT ON COLUMN crm.cases.resolution IS 'How it was resolved; known when resolved.';
COMMENT ON COLUMN crm.cases.credit_amount_usd IS 'Credit granted, USD; credit notes only, NULL otherwise.';
COMMENT ON COLUMN crm.cases.resolved_date IS 'When it was resolved; known when resolved.';
COMMENT ON COLUMN crm.cases.closed_date IS 'When the customer had agreed, or a week had passed; known when closed.';
COMMENT ON COLUMN crm.cases.satisfaction_rating IS 'Rating by the customer, 5 the best; NULL until given, about 1 in 3 of the closed.';
COMMENT ON COLUMN crm.cases.case_status IS 'new | in_progress | waiting_customer | resolved | closed.';
COMMENT ON COLUMN crm.cases.created_at IS 'When it was opened.';
COMMENT ON COLUMN crm.cases.updated_at IS 'Last change of the row.';

CREATE TABLE crm.case_comments (
    comment_id bigint PRIMARY KEY,
    case_id bigint NOT NULL REFERENCES crm.cases (case_id),
    comment_type text NOT NULL
        CHECK (comment_type IN ('acknowledgement', 'question', 'answer', 'update', 'proposal', 'internal')),
    comment_text text NOT NULL,
    is_public boolean NOT NULL,
    sales_rep_id integer REFERENCES crm.sales_reps (sales_rep_id),
    contact_id integer REFERENCES crm.contacts (contact_id),
    created_at timestamptz NOT NULL,
    CHECK (num_nonnulls(sales_rep_id, contact_id) = 1),
    CHECK (contact_id IS NULL OR is_public AND comment_type IN ('question', 'answer')),
    CHECK (comment_type <> 'internal' OR NOT is_public)
);
CREATE INDEX case_comments_case ON crm.case_comments (case_id, created_at);
CREATE INDEX case_comments_sales_rep ON crm.case_comments (sales_rep_id) WHERE sales_rep_id IS NOT NULL;
CREATE INDEX case_comments_contact ON crm.case_comments (contact_id) WHERE contact_id IS NOT NULL;
COMMENT ON TABLE crm.case_comments IS 'Comment on a case.';
COMMENT ON COLUMN crm.case_comments.comment_id IS 'Key.';
COMMENT ON COLUMN crm.case_comments.case_id IS 'Case.';
COMMENT ON COLUMN crm.case_comments.comment_type IS 'acknowledgement (of receipt) | question | answer | update (of progress) | proposal (of a resolution) | internal.';
COMMENT ON COLUMN crm.case_comments.comment_text IS 'What was written, composed of the facts of the case.';
COMMENT ON COLUMN crm.case_comments.is_public IS 'The customer can read it.';
COMMENT ON COLUMN crm.case_comments.sales_rep_id IS 'Representative who wrote it; NULL if a contact did.';
COMMENT ON COLUMN crm.case_comments.contact_id IS 'Contact who wrote it; NULL if a representative did.';
COMMENT ON COLUMN crm.case_comments.created_at IS 'When it was written.';

-- What representatives plan, do and write down.
CREATE TABLE crm.activities (
    activity_id bigint PRIMARY KEY,
    activity_number text NOT NULL UNIQUE CHECK (activity_number ~ '^ACT-R[0-9]+-[0-9]{8}-[0-9]{2,}$'),
    activity_type text NOT NULL
        CHECK (activity_type IN ('call', 'video_conference', 'customer_visit', 'factory_tour', 'business_review')),
    account_id integer NOT NULL REFERENCES crm.accounts (account_id),
    contact_id integer NOT NULL REFERENCES crm.contacts (contact_id),
    opportunity_id bigint REFERENCES crm.opportunities (opportunity_id),
    subject text NOT NULL,
    priority text NOT NULL CHECK (priority IN ('low', 'medium', 'high')),
    activity_date timestamptz NOT NULL,
    duration_minutes smallint NOT NULL CHECK (duration_minutes > 0),
    attendees smallint NOT NULL CHECK (attendees > 0),
    assigned_to integer NOT NULL REFERENCES crm.sales_reps (sales_rep_id),
    activity_status text NOT NULL CHECK (activity_status IN ('planned', 'completed', 'cancelled', 'no_show')),
    outcome text CHECK (outcome IN ('positive', 'neutral', 'negative')),
    follow_up_required boolean,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (num_nonnulls(outcome, follow_up_required) = CASE activity_status WHEN 'completed' THEN 2 ELSE 0 END),
    CHECK (activity_status NOT IN ('completed', 'no_show') OR activity_date <= updated_at),
    CHECK (created_at <= activity_date),
    CHECK (created_at <= updated_at)
);
CREATE INDEX activities_assigned_to ON crm.activities (assigned_to, activity_date);
CREATE INDEX activities_account ON crm.activities (account_id, activity_date);
CREATE INDEX activities_date ON crm.activities (activity_date);
CREATE INDEX activities_contact ON crm.activities (contact_id);
CREATE INDEX activities_opportunity ON crm.activities (opportunity_id) WHERE opportunity_id IS NOT NULL;
COMMENT ON TABLE crm.activities IS 'Appointment of a representative with an account: planned, then held or not.';
COMMENT ON COLUMN crm.activities.activity_id IS 'Key.';
COMMENT ON COLUMN crm.activities.activity_number IS 'Number: ACT-R<representative>-<yyyymmdd>-<sequence>.';
COMMENT ON COLUMN crm.activities.activity_type IS 'call | video_conference | customer_visit (at the account) | factory_tour (at one of the factories) | business_review (of a quarter, with tier A).';
COMMENT ON COLUMN crm.activities.account_id IS 'Account.';
COMMENT ON COLUMN crm.activities.contact_id IS 'Person met.';
COMMENT ON COLUMN crm.activities.opportunity_id IS 'Opportunity discussed; NULL if none was.';
COMMENT ON COLUMN crm.activities.subject IS 'What it is about, in one line.';
COMMENT ON COLUMN crm.activities.priority IS 'low | medium | high.';
COMMENT ON COLUMN crm.activities.activity_date IS 'Start, planned or real.';
COMMENT ON COLUMN crm.activities.duration_minutes IS 'Duration, planned or real.';
COMMENT ON COLUMN crm.activities.attendees IS 'People of the account invited.';
COMMENT ON COLUMN crm.activities.assigned_to IS 'Representative.';
COMMENT ON COLUMN crm.activities.activity_status IS 'planned | completed | cancelled | no_show (the account did not come).';
COMMENT ON COLUMN crm.activities.outcome IS 'How it went; known when completed.';
COMMENT ON COLUMN crm.activities.follow_up_required IS 'A task follows; known when completed.';
COMMENT ON COLUMN crm.activities.created_at IS 'When it was planned.';
COMMENT ON COLUMN crm.activities.updated_at IS 'Last change of the row.';

CREATE TABLE crm.customer_interactions (
    interaction_id bigint PRIMARY KEY,
    account_id integer NOT NULL REFERENCES crm.accounts (account_id),
    contact_id integer NOT NULL REFERENCES crm.contacts (contact_id),
    interaction_type text NOT NULL
        CHECK (interaction_type IN ('call', 'email', 'video_conference', 'visit', 'portal_message')),
    direction text NOT NULL CHECK (direction IN ('inbound', 'outbound')),
    interaction_date timestamptz NOT NULL,
    duration_minutes smallint CHECK (duration_minutes > 0),
    subject text NOT NULL,
    activity_id bigint UNIQUE REFERENCES crm.activities (activity_id),
    opportunity_id bigint REFERENCES crm.opportunities (opportunity_id),
    case_id bigint REFERENCES crm.cases (case_id),
    sentiment text NOT NULL CHECK (sentiment IN ('positive', 'neutral', 'negative')),
    performed_by integer NOT NULL REFERENCES crm.sales_reps (sales_rep_id),
    created_at timestamptz NOT NULL,
    CHECK ((interaction_type IN ('email', 'portal_message')) = (duration_minutes IS NULL)),
    CHECK (interaction_type NOT IN ('email', 'portal_message') OR activity_id IS NULL),
    CHECK (interaction_date <= created_at)
);
CREATE INDEX customer_interactions_account ON crm.customer_interactions (account_id, interaction_date);
CREATE INDEX customer_interactions_performed_by ON crm.customer_interactions (performed_by, interaction_date);
CREATE INDEX customer_interactions_date ON crm.customer_interactions (interaction_date);
CREATE INDEX customer_interactions_contact ON crm.customer_interactions (contact_id);
CREATE INDEX customer_interactions_opportunity ON crm.customer_interactions (opportunity_id)
    WHERE opportunity_id IS NOT NULL;
CREATE INDEX customer_interactions_case ON crm.customer_interactions (case_id) WHERE case_id IS NOT NULL;
COMMENT ON TABLE crm.customer_interactions IS 'Contact with a person of an account that took place, in either direction and by any channel.';
COMMENT ON COLUMN crm.customer_interactions.interaction_id IS 'Key.';
COMMENT ON COLUMN crm.customer_interactions.account_id IS 'Account.';
COMMENT ON COLUMN crm.customer_interactions.contact_id IS 'Person.';
COMMENT ON COLUMN crm.customer_interactions.interaction_type IS 'call | email | video_conference | visit (there or here) | portal_message.';
COMMENT ON COLUMN crm.customer_interactions.direction IS 'inbound (the customer began) | outbound.';
COMMENT ON COLUMN crm.customer_interactions.interaction_date IS 'When it began.';
COMMENT ON COLUMN crm.customer_interactions.duration_minutes IS 'Duration; NULL for what is written.';
COMMENT ON COLUMN crm.customer_interactions.subject IS 'What it was about, in one line.';
COMMENT ON COLUMN crm.customer_interactions.activity_id IS 'Appointment it is the outcome of; NULL if there was none.';
COMMENT ON COLUMN crm.customer_interactions.opportunity_id IS 'Opportunity it was about; NULL if none.';
COMMENT ON COLUMN crm.customer_interactions.case_id IS 'Case it was about; NULL if none.';
COMMENT ON COLUMN crm.customer_interactions.sentiment IS 'Mood of the customer, as noted.';
COMMENT ON COLUMN crm.customer_interactions.performed_by IS 'Representative.';
COMMENT ON COLUMN crm.customer_interactions.created_at IS 'When it was recorded.';

CREATE TABLE crm.tasks (
    task_id bigint PRIMARY KEY,
    task_number text NOT NULL UNIQUE CHECK (task_number ~ '^TSK-R[0-9]+-[0-9]{8}-[0-9]{2,}$'),
    task_type text NOT NULL CHECK (task_type IN ('follow_up', 'call_back', 'prepare_quotation', 'send_documents',
        'check_delivery', 'renew_contract', 'update_data')),
    subject text NOT NULL,
    lead_id bigint REFERENCES crm.leads (lead_id),
    account_id integer REFERENCES crm.accounts (account_id),
    activity_id bigint REFERENCES crm.activities (activity_id),
    opportunity_id bigint REFERENCES crm.opportunities (opportunity_id),
    quotation_id bigint REFERENCES crm.quotations (quotation_id),
    contract_id integer REFERENCES crm.contracts (contract_id),
    case_id bigint REFERENCES crm.cases (case_id),
    priority text NOT NULL CHECK (priority IN ('low', 'medium', 'high')),
    assigned_to integer NOT NULL REFERENCES crm.sales_reps (sales_rep_id),
    due_date date NOT NULL,
    task_status text NOT NULL CHECK (task_status IN ('open', 'in_progress', 'completed', 'cancelled')),
    completed_date timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (num_nonnulls(lead_id, account_id, activity_id, opportunity_id, quotation_id, contract_id, case_id) = 1),
    CHECK ((task_status = 'completed') = (completed_date IS NOT NULL)),
    CHECK (created_at <= completed_date AND completed_date <= updated_at),
    CHECK (created_at <= updated_at)
);
CREATE INDEX tasks_assigned_to ON crm.tasks (assigned_to, due_date);
CREATE INDEX tasks_open ON crm.tasks (due_date) WHERE task_status IN ('open', 'in_progress');
CREATE INDEX tasks_lead ON crm.tasks (lead_id) WHERE lead_id IS NOT NULL;
CREATE INDEX tasks_account ON crm.tasks (account_id) WHERE account_id IS NOT NULL;
CREATE INDEX tasks_activity ON crm.tasks (activity_id) WHERE activity_id IS NOT NULL;
CREATE INDEX tasks_opportunity ON crm.tasks (opportunity_id) WHERE opportunity_id IS NOT NULL;
CREATE INDEX tasks_quotation ON crm.tasks (quotation_id) WHERE quotation_id IS NOT NULL;
CREATE INDEX tasks_contract ON crm.tasks (contract_id) WHERE contract_id IS NOT NULL;
CREATE INDEX tasks_case ON crm.tasks (case_id) WHERE case_id IS NOT NULL;
COMMENT ON TABLE crm.tasks IS 'Task of a representative, with one object it is about.';
COMMENT ON COLUMN crm.tasks.task_id IS 'Key.';
COMMENT ON COLUMN crm.tasks.task_number IS 'Number: TSK-R<representative>-<yyyymmdd>-<sequence>.';
COMMENT ON COLUMN crm.tasks.task_type IS 'follow_up (of an appointment or quotation) | call_back | prepare_quotation | send_documents | check_delivery | renew_contract | update_data.';
COMMENT ON COLUMN crm.tasks.subject IS 'What is to be done, in one line.';
COMMENT ON COLUMN crm.tasks.lead_id IS 'Lead it is about; NULL if it is another object.';
COMMENT ON COLUMN crm.tasks.account_id IS 'Account it is about; NULL if it is another object.';
COMMENT ON COLUMN crm.tasks.activity_id IS 'Appointment it follows; NULL if it is another object.';
COMMENT ON COLUMN crm.tasks.opportunity_id IS 'Opportunity it is about; NULL if it is another object.';
COMMENT ON COLUMN crm.tasks.quotation_id IS 'Quotation it is about; NULL if it is another object.';
COMMENT ON COLUMN crm.tasks.contract_id IS 'Contract it is about; NULL if it is another object.';
COMMENT ON COLUMN crm.tasks.case_id IS 'Case it is about; NULL if it is another object.';
COMMENT ON COLUMN crm.tasks.priority IS 'low | medium | high.';
COMMENT ON COLUMN crm.tasks.assigned_to IS 'Representative.';
COMMENT ON COLUMN crm.tasks.due_date IS 'Day by which it is to be done.';
COMMENT ON COLUMN crm.tasks.task_status IS 'open | in_progress | completed | cancelled.';
COMMENT ON COLUMN crm.tasks.completed_date IS 'When it was done; known when completed.';
COMMENT ON COLUMN crm.tasks.created_at IS 'When it was entered.';
COMMENT ON COLUMN crm.tasks.updated_at IS 'Last change of the row.';

CREATE TABLE crm.notes (
    note_id bigint PRIMARY KEY,
    lead_id bigint REFERENCES crm.leads (lead_id),
    account_id integer REFERENCES crm.accounts (account_id),
    contact_id integer REFERENCES crm.contacts (contact_id),
    opportunity_id bigint REFERENCES crm.opportunities (opportunity_id),
    contract_id integer REFERENCES crm.contracts (contract_id),
    case_id bigint REFERENCES crm.cases (case_id),
    note_type text NOT NULL
        CHECK (note_type IN ('meeting_minutes', 'competitor', 'requirement', 'organisation_change', 'risk', 'general')),
    note_text text NOT NULL,
    is_private boolean NOT NULL,
    created_by integer NOT NULL REFERENCES crm.sales_reps (sales_rep_id),
    created_at timestamptz NOT NULL,
    CHECK (num_nonnulls(lead_id, account_id, contact_id, opportunity_id, contract_id, case_id) = 1)
);
CREATE INDEX notes_created_by ON crm.notes (created_by, created_at);
CREATE INDEX notes_lead ON crm.notes (lead_id) WHERE lead_id IS NOT NULL;
CREATE INDEX notes_account ON crm.notes (account_id) WHERE account_id IS NOT NULL;
CREATE INDEX notes_contact ON crm.notes (contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX notes_opportunity ON crm.notes (opportunity_id) WHERE opportunity_id IS NOT NULL;
CREATE INDEX notes_contract ON crm.notes (contract_id) WHERE contract_id IS NOT NULL;
CREATE INDEX notes_case ON crm.notes (case_id) WHERE case_id IS NOT NULL;
COMMENT ON TABLE crm.notes IS 'Note on one object.';
COMMENT ON COLUMN crm.notes.note_id IS 'Key.';
COMMENT ON COLUMN crm.notes.lead_id IS 'Lead noted on; NULL if it is another object.';
COMMENT ON COLUMN crm.notes.account_id IS 'Account noted on; NULL if it is another object.';
COMMENT ON COLUMN crm.notes.contact_id IS 'Contact noted on; NULL if it is another object.';
COMMENT ON COLUMN crm.notes.opportunity_id IS 'Opportunity noted on; NULL if it is another object.';
COMMENT ON COLUMN crm.notes.contract_id IS 'Contract noted on; NULL if it is another object.';
COMMENT ON COLUMN crm.notes.case_id IS 'Case noted on; NULL if it is another object.';
COMMENT ON COLUMN crm.notes.note_type IS 'meeting_minutes | competitor (what is heard of one) | requirement | organisation_change (at the customer) | risk | general.';
COMMENT ON COLUMN crm.notes.note_text IS 'The note, composed of the facts of its object.';
COMMENT ON COLUMN crm.notes.is_private IS 'Only its author reads it.';
COMMENT ON COLUMN crm.notes.created_by IS 'Representative who wrote it.';
COMMENT ON COLUMN crm.notes.created_at IS 'When it was written.';

-- Forecast and health.
CREATE TABLE crm.sales_forecasts (
    forecast_id bigint PRIMARY KEY,
    sales_rep_id integer NOT NULL REFERENCES crm.sales_reps (sales_rep_id),
    territory_id integer NOT NULL REFERENCES crm.sales_territories (territory_id),
    forecast_month date NOT NULL CHECK (extract(day FROM forecast_month) = 1),
    snapshot_date date NOT NULL CHECK (extract(isodow FROM snapshot_date) = 1),
    open_opportunities integer NOT NULL CHECK (open_opportunities >= 0),
    pipeline_amount numeric(14, 2) NOT NULL CHECK (pipeline_amount >= 0),
    best_case_amount numeric(14, 2) NOT NULL CHECK (best_case_amount >= 0),
    commit_amount numeric(14, 2) NOT NULL CHECK (commit_amount >= 0),
    weighted_amount numeric(14, 2) NOT NULL CHECK (weighted_amount >= 0),
    closed_amount numeric(14, 2) NOT NULL CHECK (closed_amount >= 0),
    quota_amount numeric(14, 2) NOT NULL CHECK (quota_amount > 0),
    created_at timestamptz NOT NULL,
    UNIQUE (sales_rep_id, forecast_month, snapshot_date),
    CHECK (forecast_month >= date_trunc('month', snapshot_date::timestamp)::date),
    CHECK (weighted_amount <= pipeline_amount + best_case_amount + commit_amount),
    CHECK (open_opportunities > 0 OR weighted_amount = 0)
);
CREATE INDEX sales_forecasts_snapshot ON crm.sales_forecasts (snapshot_date, forecast_month);
CREATE INDEX sales_forecasts_territory ON crm.sales_forecasts (territory_id);
COMMENT ON TABLE crm.sales_forecasts IS 'Forecast of a representative for a month of delivery decisions, as it stood on a Monday: the current month and those after it.';
COMMENT ON COLUMN crm.sales_forecasts.forecast_id IS 'Key.';
COMMENT ON COLUMN crm.sales_forecasts.sales_rep_id IS 'Representative.';
COMMENT ON COLUMN crm.sales_forecasts.territory_id IS 'Territory he had then.';
COMMENT ON COLUMN crm.sales_forecasts.forecast_month IS 'First day of the month forecast, by expected close of the opportunities.';
COMMENT ON COLUMN crm.sales_forecasts.snapshot_date IS 'The Monday.';
COMMENT ON COLUMN crm.sales_forecasts.open_opportunities IS 'Open opportunities expected to close in the month.';
COMMENT ON COLUMN crm.sales_forecasts.pipeline_amount IS 'Value of those in category pipeline, USD.';
COMMENT ON COLUMN crm.sales_forecasts.best_case_amount IS 'Value of those in category best_case, USD.';
COMMENT ON COLUMN crm.sales_forecasts.commit_amount IS 'Value of those in category commit, USD.';
COMMENT ON COLUMN crm.sales_forecasts.weighted_amount IS 'Sum of value times chance of winning over all of them, each rounded, USD.';
COMMENT ON COLUMN crm.sales_forecasts.closed_amount IS 'Value of the opportunities won in the month so far, USD.';
COMMENT ON COLUMN crm.sales_forecasts.quota_amount IS 'Quota of the month: a twelfth of the year''s, USD.';
COMMENT ON COLUMN crm.sales_forecasts.created_at IS 'When the snapshot was taken.';

CREATE TABLE crm.account_health_scores (
    health_score_id bigint PRIMARY KEY,
    account_id integer NOT NULL REFERENCES crm.accounts (account_id),
    score_date date NOT NULL CHECK (extract(isodow FROM score_date) = 1),
    orders_90_days integer NOT NULL CHECK (orders_90_days >= 0),
    revenue_90_days numeric(16, 2) NOT NULL CHECK (revenue_90_days >= 0),
    shipments_90_days integer NOT NULL CHECK (shipments_90_days >= 0),
    late_shipments_90_days integer NOT NULL,
    cases_90_days integer NOT NULL CHECK (cases_90_days >= 0),
    interactions_90_days integer NOT NULL CHECK (interactions_90_days >= 0),
    order_score smallint NOT NULL CHECK (order_score BETWEEN 0 AND 100),
    delivery_score smallint NOT NULL CHECK (delivery_score BETWEEN 0 AND 100),
    case_score smallint NOT NULL CHECK (case_score BETWEEN 0 AND 100),
    engagement_score smallint NOT NULL CHECK (engagement_score BETWEEN 0 AND 100),
    health_score smallint NOT NULL,
    churn_risk text NOT NULL CHECK (churn_risk IN ('low', 'medium', 'high')),
    created_at timestamptz NOT NULL,
    UNIQUE (account_id, score_date),
    CHECK (late_shipments_90_days BETWEEN 0 AND shipments_90_days),
    CHECK ((orders_90_days = 0) = (revenue_90_days = 0)),
    CHECK (health_score = (4 * order_score + 3 * delivery_score + 2 * case_score + engagement_score + 5) / 10),
    CHECK (churn_risk = CASE WHEN health_score < 40 OR orders_90_days = 0 THEN 'high' WHEN health_score < 60 THEN
        'medium' ELSE 'low' END)
);
CREATE INDEX account_health_scores_date ON crm.account_health_scores (score_date, churn_risk);
COMMENT ON TABLE crm.account_health_scores IS 'Health of a customer as computed on a Monday from what happened before it. Each score is 0 to 100, 100 the best.';
COMMENT ON COLUMN crm.account_health_scores.health_score_id IS 'Key.';
COMMENT ON COLUMN crm.account_health_scores.account_id IS 'Account.';
COMMENT ON COLUMN crm.account_health_scores.score_date IS 'The Monday.';
COMMENT ON COLUMN crm.account_health_scores.orders_90_days IS 'Orders of the last 90 days that are not cancelled.';
COMMENT ON COLUMN crm.account_health_scores.revenue_90_days IS 'Their net value, USD.';
COMMENT ON COLUMN crm.account_health_scores.shipments_90_days IS 'Shipments delivered in the last 90 days.';
COMMENT ON COLUMN crm.account_health_scores.late_shipments_90_days IS 'Those of them that were late.';
COMMENT ON COLUMN crm.account_health_scores.cases_90_days IS 'Cases opened in the last 90 days.';
COMMENT ON COLUMN crm.account_health_scores.interactions_90_days IS 'Interactions of the last 90 days.';
COMMENT ON COLUMN crm.account_health_scores.order_score IS 'Net value against the same time of the year before.';
COMMENT ON COLUMN crm.account_health_scores.delivery_score IS 'Share of shipments on time against what was agreed.';
COMMENT ON COLUMN crm.account_health_scores.case_score IS 'Cases against orders, and how they were rated.';
COMMENT ON COLUMN crm.account_health_scores.engagement_score IS 'Interactions against what is usual for the tier.';
COMMENT ON COLUMN crm.account_health_scores.health_score IS 'Weighted mean, rounded half up: orders 40 %, delivery 30 %, cases 20 %, engagement 10 %.';
COMMENT ON COLUMN crm.account_health_scores.churn_risk IS 'low | medium (health below 60) | high (health below 40, or no order for 90 days).';
COMMENT ON COLUMN crm.account_health_scores.created_at IS 'When it was computed.';

-- Messages.
CREATE TABLE crm.crm_integration_log (
    integration_log_id bigint PRIMARY KEY,
    document_type text NOT NULL CHECK (document_type IN ('sales_order', 'shipment', 'sales_rep')),
    idempotency_key text NOT NULL UNIQUE,
    source_table text NOT NULL,
    source_pk bigint NOT NULL,
    version integer NOT NULL CHECK (version > 0),
    batch_id bigint NOT NULL,
    low_watermark bigint NOT NULL CHECK (low_watermark >= 0),
    high_watermark bigint NOT NULL,
    source_time timestamptz NOT NULL,
    source_status text NOT NULL,
    account_order_id bigint REFERENCES crm.account_orders (account_order_id),
    account_shipment_id bigint REFERENCES crm.account_shipments (account_shipment_id),
    sales_rep_id integer REFERENCES crm.sales_reps (sales_rep_id),
    payload_hash bigint NOT NULL,
    status text NOT NULL CHECK (status IN ('applied', 'rejected')),
    attempt_count smallint NOT NULL CHECK (attempt_count > 0),
    error_message text,
    received_at timestamptz NOT NULL,
    applied_at timestamptz,
    updated_at timestamptz NOT NULL,
    CHECK (low_watermark < high_watermark),
    CHECK (num_nonnulls(account_order_id, account_shipment_id, sales_rep_id) = CASE status WHEN 'applied' THEN 1 ELSE 0
        END),
    CHECK (account_order_id IS NULL OR document_type = 'sales_order'),
    CHECK (account_shipment_id IS NULL OR document_type = 'shipment'),
    CHECK (sales_rep_id IS NULL OR document_type = 'sales_rep'),
    CHECK (source_time <= received_at),
    CHECK (received_at <= applied_at),
    CHECK (received_at <= updated_at AND applied_at <= updated_at),
    CHECK ((status = 'applied') = (applied_at IS NOT NULL)),
    CHECK (status <> 'rejected' OR error_message IS NOT NULL)
);
CREATE INDEX crm_integration_log_source ON crm.crm_integration_log (source_table, source_pk);
CREATE INDEX crm_integration_log_batch ON crm.crm_integration_log (batch_id);
CREATE INDEX crm_integration_log_account_order ON crm.crm_integration_log (account_order_id)
    WHERE account_order_id IS NOT NULL;
CREATE INDEX crm_integration_log_account_shipment ON crm.crm_integration_log (account_shipment_id)
    WHERE account_shipment_id IS NOT NULL;
CREATE INDEX crm_integration_log_sales_rep ON crm.crm_integration_log (sales_rep_id) WHERE sales_rep_id IS NOT NULL;
COMMENT ON TABLE crm.crm_integration_log IS 'Message received from another system, one row a version of its source row; delivered at least once, applied once. Written by flow: sales orders to CRM.';
COMMENT ON COLUMN crm.crm_integration_log.integration_log_id IS 'Key.';
COMMENT ON COLUMN crm.crm_integration_log.document_type IS 'sales_order (from accounting) | shipment (from transport) | sales_rep (from personnel, daily).';
COMMENT ON COLUMN crm.crm_integration_log.idempotency_key IS 'Hash of flow, source row and version; a second delivery finds it taken.';
COMMENT ON COLUMN crm.crm_integration_log.source_table IS 'Table of the source row, schema.table.';
COMMENT ON COLUMN crm.crm_integration_log.source_pk IS 'Key of the source row.';
COMMENT ON COLUMN crm.crm_integration_log.version IS 'Version of the source row, from 1; the highest one wins.';
COMMENT ON COLUMN crm.crm_integration_log.batch_id IS 'Batch that delivered the message.';
COMMENT ON COLUMN crm.crm_integration_log.low_watermark IS 'Commit sequence of the source after which the batch begins; equals the high watermark of the batch before it.';
COMMENT ON COLUMN crm.crm_integration_log.high_watermark IS 'Commit sequence of the source with which the batch ends.';
COMMENT ON COLUMN crm.crm_integration_log.source_time IS 'Time of the source row.';
COMMENT ON COLUMN crm.crm_integration_log.source_status IS 'Payload: status of the order, the shipment or the person.';
COMMENT ON COLUMN crm.crm_integration_log.account_order_id IS 'Order it was applied to; applied orders only, NULL otherwise.';
COMMENT ON COLUMN crm.crm_integration_log.account_shipment_id IS 'Shipment it was applied to; applied shipments only, NULL otherwise.';
COMMENT ON COLUMN crm.crm_integration_log.sales_rep_id IS 'Representative it was applied to; applied messages from personnel only, NULL otherwise.';
COMMENT ON COLUMN crm.crm_integration_log.payload_hash IS '64-bit hash of the payload; sums over a batch compare with the source.';
COMMENT ON COLUMN crm.crm_integration_log.status IS 'applied | rejected (until a later attempt applies it, such as a shipment that came before its order).';
COMMENT ON COLUMN crm.crm_integration_log.attempt_count IS 'Deliveries attempted so far.';
COMMENT ON COLUMN crm.crm_integration_log.error_message IS 'Error of the last failed attempt; NULL if none failed.';
COMMENT ON COLUMN crm.crm_integration_log.received_at IS 'When the message first arrived, simulated time.';
COMMENT ON COLUMN crm.crm_integration_log.applied_at IS 'When it was applied, simulated time; known when applied.';
COMMENT ON COLUMN crm.crm_integration_log.updated_at IS 'Last change of the row.';
