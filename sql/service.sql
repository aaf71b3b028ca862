-- Customer service: tickets and their agreed times, warranty from registration to claim, returns, visits in the
-- field, and what customers say afterwards. Money is USD unless a currency is named.
-- Tickets, claims, returns and warranties carry the account in their numbers: A<account>.

CREATE SCHEMA service;
CREATE SCHEMA IF NOT EXISTS published;

-- Organisation: teams, queues, agents, technicians.
CREATE TABLE service.service_teams (
    team_id integer PRIMARY KEY,
    team_code text NOT NULL UNIQUE,
    team_name text NOT NULL UNIQUE,
    team_type text NOT NULL
        CHECK (team_type IN ('first_level', 'technical_support', 'returns_warranty', 'field_service')),
    factory_id integer NOT NULL,
    team_lead_id integer NOT NULL,
    service_hours text NOT NULL CHECK (service_hours IN ('24x7', 'weekdays')),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (created_at <= updated_at)
);
CREATE INDEX service_teams_factory ON service.service_teams (factory_id);
CREATE INDEX service_teams_team_lead ON service.service_teams (team_lead_id);
COMMENT ON TABLE service.service_teams IS 'Team of customer service.';
COMMENT ON COLUMN service.service_teams.team_id IS 'Key.';
COMMENT ON COLUMN service.service_teams.team_code IS 'Team code.';
COMMENT ON COLUMN service.service_teams.team_name IS 'Name.';
COMMENT ON COLUMN service.service_teams.team_type IS 'first_level (takes tickets in) | technical_support | returns_warranty | field_service.';
COMMENT ON COLUMN service.service_teams.factory_id IS 'Where it sits. -> master.factories(factory_id)';
COMMENT ON COLUMN service.service_teams.team_lead_id IS 'Person who leads it. -> master.employees(employee_id)';
COMMENT ON COLUMN service.service_teams.service_hours IS '24x7 | weekdays (08:00 to 18:00 at its place, without public holidays).';
COMMENT ON COLUMN service.service_teams.created_at IS 'When the record was entered.';
COMMENT ON COLUMN service.service_teams.updated_at IS 'Last change of the row.';

CREATE TABLE service.service_queues (
    queue_id integer PRIMARY KEY,
    queue_code text NOT NULL UNIQUE,
    queue_name text NOT NULL UNIQUE,
    queue_type text NOT NULL
        CHECK (queue_type IN ('delivery', 'quality', 'warranty', 'returns', 'technical', 'general')),
    region text,
    team_id integer NOT NULL REFERENCES service.service_teams (team_id),
    assignment_method text NOT NULL CHECK (assignment_method IN ('round_robin', 'least_loaded', 'skill_based')),
    queue_priority smallint NOT NULL CHECK (queue_priority BETWEEN 1 AND 5),
    created_at timestamptz NOT NULL
);
CREATE INDEX service_queues_team ON service.service_queues (team_id);
COMMENT ON TABLE service.service_queues IS 'Queue that tickets are routed to.';
COMMENT ON COLUMN service.service_queues.queue_id IS 'Key.';
COMMENT ON COLUMN service.service_queues.queue_code IS 'Queue code.';
COMMENT ON COLUMN service.service_queues.queue_name IS 'Name.';
COMMENT ON COLUMN service.service_queues.queue_type IS 'Matter of its tickets: delivery | quality | warranty | returns | technical (use of the part, visits) | general.';
COMMENT ON COLUMN service.service_queues.region IS 'Sales region of its customers; NULL: all of them.';
COMMENT ON COLUMN service.service_queues.team_id IS 'Team that works it.';
COMMENT ON COLUMN service.service_queues.assignment_method IS 'How a ticket finds its agent.';
COMMENT ON COLUMN service.service_queues.queue_priority IS 'Order in which an agent of several queues takes them, 1 first.';
COMMENT ON COLUMN service.service_queues.created_at IS 'When the record was entered.';

CREATE TABLE service.service_agents (
    agent_id integer PRIMARY KEY,
    employee_id integer NOT NULL UNIQUE,
    agent_code text NOT NULL UNIQUE,
    team_id integer NOT NULL REFERENCES service.service_teams (team_id),
    employee_skill_id bigint NOT NULL,
    language_skills text NOT NULL CHECK (language_skills ~ '^[a-z]{2}( [a-z]{2})*$'),
    shift_code text CHECK (shift_code IN ('E', 'L', 'N', 'D')),
    max_concurrent_tickets smallint NOT NULL CHECK (max_concurrent_tickets > 0),
    agent_status text NOT NULL CHECK (agent_status IN ('active', 'on_leave', 'terminated')),
    valid_from date NOT NULL,
    valid_to date,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (agent_status = 'active' OR shift_code IS NULL),
    CHECK ((agent_status = 'terminated') = (valid_to IS NOT NULL)),
    CHECK (valid_from <= valid_to),
    CHECK (created_at <= updated_at)
);
CREATE INDEX service_agents_team ON service.service_agents (team_id);
COMMENT ON TABLE service.service_agents IS 'Agent who works tickets; status, shift and skill follow the daily message from personnel.';
COMMENT ON COLUMN service.service_agents.agent_id IS 'Key.';
COMMENT ON COLUMN service.service_agents.employee_id IS 'Person. -> master.employees(employee_id)';
COMMENT ON COLUMN service.service_agents.agent_code IS 'Short code.';
COMMENT ON COLUMN service.service_agents.team_id IS 'Team.';
COMMENT ON COLUMN service.service_agents.employee_skill_id IS 'Skill that qualifies the person for the team. -> hr.employee_skills(employee_skill_id)';
COMMENT ON COLUMN service.service_agents.language_skills IS 'Languages served, ISO 639-1, separated by blanks.';
COMMENT ON COLUMN service.service_agents.shift_code IS 'Shift of the current day: E | L | N | D (office hours); NULL on days off and on leave.';
COMMENT ON COLUMN service.service_agents.max_concurrent_tickets IS 'Open tickets assigned at most.';
COMMENT ON COLUMN service.service_agents.agent_status IS 'active | on_leave | terminated.';
COMMENT ON COLUMN service.service_agents.valid_from IS 'First day in the team.';
COMMENT ON COLUMN service.service_agents.valid_to IS 'Last day; NULL while the person works there.';
COMMENT ON COLUMN service.service_agents.created_at IS 'When the record was entered.';
COMMENT ON COLUMN service.service_agents.updated_at IS 'Last change of the row.';

CREATE TABLE service.field_technicians (
    technician_id integer PRIMARY KEY,
    employee_id integer NOT NULL UNIQUE,
    technician_code text NOT NULL UNIQUE,
    team_id integer NOT NULL REFERENCES service.service_teams (team_id),
    home_factory_id integer NOT NULL,
    service_region text NOT NULL,
    skill_area text NOT NULL CHECK (skill_area IN ('mechanical', 'electrical', 'metrology')),
    certification_expiry_date date,
    hourly_rate numeric(14, 2) NOT NULL CHECK (hourly_rate > 0),
    available_for_dispatch boolean NOT NULL,
    technician_status text NOT NULL CHECK (technician_status IN ('active', 'on_leave', 'terminated')),
    valid_from date NOT NULL,
    valid_to date,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (technician_status = 'active' OR NOT available_for_dispatch),
    CHECK ((technician_status = 'terminated') = (valid_to IS NOT NULL)),
    CHECK (valid_from <= valid_to),
    CHECK (created_at <= updated_at)
);
CREATE INDEX field_technicians_home_factory ON service.field_technicians (home_factory_id);
CREATE INDEX field_technicians_team ON service.field_technicians (team_id);
COMMENT ON TABLE service.field_technicians IS 'Technician who visits customers; status, certificate and availability follow the daily message from personnel.';
COMMENT ON COLUMN service.field_technicians.technician_id IS 'Key.';
COMMENT ON COLUMN service.field_technicians.employee_id IS 'Person. -> master.employees(employee_id)';
COMMENT ON COLUMN service.field_technicians.technician_code IS 'Short code; part of the numbers of visits.';
COMMENT ON COLUMN service.field_technicians.team_id IS 'Team.';
COMMENT ON COLUMN service.field_technicians.home_factory_id IS 'Factory from which the technician travels. -> master.factories(factory_id)';
COMMENT ON COLUMN service.field_technicians.service_region IS 'Sales region visited.';
COMMENT ON COLUMN service.field_technicians.skill_area IS 'mechanical | electrical | metrology (measuring at the customer).';
COMMENT ON COLUMN service.field_technicians.certification_expiry_date IS 'Next expiry among the certificates needed; NULL if none expires.';
COMMENT ON COLUMN service.field_technicians.hourly_rate IS 'Rate at which hours are charged, USD an hour.';
COMMENT ON COLUMN service.field_technicians.available_for_dispatch IS 'Can be sent out today: at work and certified.';
COMMENT ON COLUMN service.field_technicians.technician_status IS 'active | on_leave | terminated.';
COMMENT ON COLUMN service.field_technicians.valid_from IS 'First day in the team.';
COMMENT ON COLUMN service.field_technicians.valid_to IS 'Last day; NULL while the person works there.';
COMMENT ON COLUMN service.field_technicians.created_at IS 'When the record was entered.';
COMMENT ON COLUMN service.field_technicians.updated_at IS 'Last change of the row.';

-- Rules and catalogues.
CREATE TABLE service.sla_definitions (
    sla_id integer PRIMARY KEY,
    sla_code text NOT NULL UNIQUE,
    customer_tier text NOT NULL CHECK (customer_tier IN ('A', 'B', 'C')),
    priority text NOT NULL CHECK (priority IN ('low', 'medium', 'high', 'critical')),
    ticket_group text NOT NULL CHECK (ticket_group IN ('commercial', 'technical')),
    response_time_minutes integer NOT NULL CHECK (response_time_minutes > 0),
    resolution_time_minutes integer NOT NULL,
    escalation_threshold_pct smallint NOT NULL CHECK (escalation_threshold_pct BETWEEN 1 AND 100),
    notify_manager boolean NOT NULL,
    effective_date date NOT NULL,
    created_at timestamptz NOT NULL,
    UNIQUE (customer_tier, priority, ticket_group),
    CHECK (response_time_minutes < resolution_time_minutes)
);
COMMENT ON TABLE service.sla_definitions IS 'Times agreed for a tier of customers, a priority and a group of tickets.';
COMMENT ON COLUMN service.sla_definitions.sla_id IS 'Key.';
COMMENT ON COLUMN service.sla_definitions.sla_code IS 'Code.';
COMMENT ON COLUMN service.sla_definitions.customer_tier IS 'Tier of the account.';
COMMENT ON COLUMN service.sla_definitions.priority IS 'Priority of the ticket.';
COMMENT ON COLUMN service.sla_definitions.ticket_group IS 'commercial (deliveries, returns, questions) | technical (quality, warranty, use of the part).';
COMMENT ON COLUMN service.sla_definitions.response_time_minutes IS 'Time to the first answer.';
COMMENT ON COLUMN service.sla_definitions.resolution_time_minutes IS 'Time to the resolution.';
COMMENT ON COLUMN service.sla_definitions.escalation_threshold_pct IS 'Share of the resolution time after which an open ticket is escalated, %.';
COMMENT ON COLUMN service.sla_definitions.notify_manager IS 'The team lead is told of a breach.';
COMMENT ON COLUMN service.sla_definitions.effective_date IS 'First day in force.';
COMMENT ON COLUMN service.sla_definitions.created_at IS 'When the record was entered.';

CREATE TABLE service.escalation_rules (
    rule_id integer PRIMARY KEY,
    rule_code text NOT NULL UNIQUE,
    queue_id integer NOT NULL REFERENCES service.service_queues (queue_id),
    escalation_level smallint NOT NULL CHECK (escalation_level BETWEEN 1 AND 3),
    sla_breach_threshold_pct smallint NOT NULL CHECK (sla_breach_threshold_pct BETWEEN 50 AND 300),
    minimum_priority text NOT NULL CHECK (minimum_priority IN ('low', 'medium', 'high', 'critical')),
    escalate_to integer NOT NULL,
    notify_customer boolean NOT NULL,
    created_at timestamptz NOT NULL,
    UNIQUE (queue_id, escalation_level)
);
CREATE INDEX escalation_rules_escalate_to ON service.escalation_rules (escalate_to);
COMMENT ON TABLE service.escalation_rules IS 'Rule by which tickets of a queue are escalated, one row a queue and level.';
COMMENT ON COLUMN service.escalation_rules.rule_id IS 'Key.';
COMMENT ON COLUMN service.escalation_rules.rule_code IS 'Code.';
COMMENT ON COLUMN service.escalation_rules.queue_id IS 'Queue.';
COMMENT ON COLUMN service.escalation_rules.escalation_level IS 'Level: 1 (team lead) | 2 (technical support or quality) | 3 (management).';
COMMENT ON COLUMN service.escalation_rules.sla_breach_threshold_pct IS 'Share of the resolution time that has passed when it applies, %.';
COMMENT ON COLUMN service.escalation_rules.minimum_priority IS 'Least priority of the tickets it applies to.';
COMMENT ON COLUMN service.escalation_rules.escalate_to IS 'Person told. -> master.employees(employee_id)';
COMMENT ON COLUMN service.escalation_rules.notify_customer IS 'The customer is told too.';
COMMENT ON COLUMN service.escalation_rules.created_at IS 'When the record was entered.';

CREATE TABLE service.resolution_codes (
    resolution_code_id integer PRIMARY KEY,
    resolution_code text NOT NULL UNIQUE,
    description text NOT NULL,
    category text NOT NULL CHECK (category IN ('delivery', 'quality', 'warranty', 'returns', 'technical', 'general')),
    is_justified boolean NOT NULL,
    typical_resolution_minutes integer NOT NULL CHECK (typical_resolution_minutes > 0),
    created_at timestamptz NOT NULL
);
COMMENT ON TABLE service.resolution_codes IS 'How a ticket may be resolved.';
COMMENT ON COLUMN service.resolution_codes.resolution_code_id IS 'Key.';
COMMENT ON COLUMN service.resolution_codes.resolution_code IS 'Code.';
COMMENT ON COLUMN service.resolution_codes.description IS 'Meaning.';
COMMENT ON COLUMN service.resolution_codes.category IS 'Matter of the tickets it is used for.';
COMMENT ON COLUMN service.resolution_codes.is_justified IS 'The customer was right.';
COMMENT ON COLUMN service.resolution_codes.typical_resolution_minutes IS 'Usual time from opening to resolution.';
COMMENT ON COLUMN service.resolution_codes.created_at IS 'When the record was entered.';

CREATE TABLE service.kb_categories (
    category_id integer PRIMARY KEY,
    category_code text NOT NULL UNIQUE,
    category_name text NOT NULL UNIQUE,
    parent_category_id integer REFERENCES service.kb_categories (category_id),
    display_order smallint NOT NULL CHECK (display_order > 0),
    created_at timestamptz NOT NULL,
    CHECK (parent_category_id <> category_id)
);
CREATE INDEX kb_categories_parent_category ON service.kb_categories (parent_category_id)
    WHERE parent_category_id IS NOT NULL;
COMMENT ON TABLE service.kb_categories IS 'Category of the knowledge base.';
COMMENT ON COLUMN service.kb_categories.category_id IS 'Key.';
COMMENT ON COLUMN service.kb_categories.category_code IS 'Code.';
COMMENT ON COLUMN service.kb_categories.category_name IS 'Name.';
COMMENT ON COLUMN service.kb_categories.parent_category_id IS 'Category above; NULL at the top.';
COMMENT ON COLUMN service.kb_categories.display_order IS 'Position among its siblings.';
COMMENT ON COLUMN service.kb_categories.created_at IS 'When the record was entered.';

CREATE TABLE service.kb_articles (
    article_id integer PRIMARY KEY,
    article_number text NOT NULL UNIQUE CHECK (article_number ~ '^KB-[0-9]{5,}$'),
    title text NOT NULL,
    category_id integer NOT NULL REFERENCES service.kb_categories (category_id),
    article_type text NOT NULL CHECK (article_type IN ('how_to', 'troubleshooting', 'reference', 'policy')),
    product_category text,
    resolution_code_id integer REFERENCES service.resolution_codes (resolution_code_id),
    is_public boolean NOT NULL,
    author_id integer NOT NULL REFERENCES service.service_agents (agent_id),
    version smallint NOT NULL CHECK (version > 0),
    article_status text NOT NULL CHECK (article_status IN ('draft', 'published', 'retired')),
    published_date date,
    view_count integer NOT NULL CHECK (view_count >= 0),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK ((article_status = 'draft') = (published_date IS NULL)),
    CHECK (created_at <= updated_at)
);
CREATE INDEX kb_articles_category ON service.kb_articles (category_id);
CREATE INDEX kb_articles_resolution_code ON service.kb_articles (resolution_code_id)
    WHERE resolution_code_id IS NOT NULL;
CREATE INDEX kb_articles_author ON service.kb_articles (author_id);
COMMENT ON TABLE service.kb_articles IS 'Article of the knowledge base, in its latest version.';
COMMENT ON COLUMN service.kb_articles.article_id IS 'Key.';
COMMENT ON COLUMN service.kb_articles.article_number IS 'Article number.';
COMMENT ON COLUMN service.kb_articles.title IS 'Title.';
COMMENT ON COLUMN service.kb_articles.category_id IS 'Category.';
COMMENT ON COLUMN service.kb_articles.article_type IS 'how_to | troubleshooting | reference (data sheets, drawings) | policy (warranty, returns).';
COMMENT ON COLUMN service.kb_articles.product_category IS 'Product family; NULL: all of them.';
COMMENT ON COLUMN service.kb_articles.resolution_code_id IS 'Resolution it leads to; NULL for references and policies.';
COMMENT ON COLUMN service.kb_articles.is_public IS 'Customers read it in the portal.';
COMMENT ON COLUMN service.kb_articles.author_id IS 'Agent who wrote it.';
COMMENT ON COLUMN service.kb_articles.version IS 'Version, from 1.';
COMMENT ON COLUMN service.kb_articles.article_status IS 'draft | published | retired.';
COMMENT ON COLUMN service.kb_articles.published_date IS 'First publication; NULL for a draft.';
COMMENT ON COLUMN service.kb_articles.view_count IS 'Times it was opened so far.';
COMMENT ON COLUMN service.kb_articles.created_at IS 'When it was begun.';
COMMENT ON COLUMN service.kb_articles.updated_at IS 'Last change of the row.';

CREATE TABLE service.customer_surveys (
    survey_id integer PRIMARY KEY,
    survey_code text NOT NULL UNIQUE,
    survey_name text NOT NULL,
    survey_type text NOT NULL CHECK (survey_type IN ('csat', 'nps', 'ces')),
    trigger_event text NOT NULL
        CHECK (trigger_event IN ('ticket_closed', 'visit_completed', 'claim_settled', 'return_closed', 'half_yearly')),
    question_text text NOT NULL,
    send_delay_hours smallint NOT NULL CHECK (send_delay_hours >= 0),
    effective_date date NOT NULL,
    is_active boolean NOT NULL,
    created_at timestamptz NOT NULL
);
COMMENT ON TABLE service.customer_surveys IS 'Survey: what is asked, and after which event.';
COMMENT ON COLUMN service.customer_surveys.survey_id IS 'Key.';
COMMENT ON COLUMN service.customer_surveys.survey_code IS 'Code.';
COMMENT ON COLUMN service.customer_surveys.survey_name IS 'Name.';
COMMENT ON COLUMN service.customer_surveys.survey_type IS 'csat (satisfaction, 1 to 5) | nps (would recommend, 0 to 10) | ces (effort, 1 to 7).';
COMMENT ON COLUMN service.customer_surveys.trigger_event IS 'When it is sent.';
COMMENT ON COLUMN service.customer_surveys.question_text IS 'The question rated.';
COMMENT ON COLUMN service.customer_surveys.send_delay_hours IS 'Time from the event to the invitation.';
COMMENT ON COLUMN service.customer_surveys.effective_date IS 'First day in use.';
COMMENT ON COLUMN service.customer_surveys.is_active IS 'In use.';
COMMENT ON COLUMN service.customer_surveys.created_at IS 'When the record was entered.';

CREATE TABLE service.service_parts (
    service_part_id integer PRIMARY KEY,
    part_number text NOT NULL UNIQUE,
    part_name text NOT NULL,
    part_category text NOT NULL CHECK (part_category IN ('replacement_part', 'wear_part', 'kit', 'consumable')),
    product_id integer,
    material_id integer,
    unit_of_measure text NOT NULL CHECK (unit_of_measure IN ('pcs', 'kg')),
    warehouse_id integer NOT NULL,
    current_stock numeric(14, 3) NOT NULL CHECK (current_stock >= 0),
    reorder_point numeric(14, 3) NOT NULL CHECK (reorder_point >= 0),
    reorder_quantity numeric(14, 3) NOT NULL CHECK (reorder_quantity > 0),
    standard_cost numeric(14, 2) NOT NULL CHECK (standard_cost > 0),
    service_price numeric(14, 2) NOT NULL,
    last_used_date date,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (num_nonnulls(product_id, material_id) = 1),
    CHECK (service_price >= standard_cost),
    CHECK (created_at <= updated_at)
);
CREATE INDEX service_parts_product ON service.service_parts (product_id) WHERE product_id IS NOT NULL;
CREATE INDEX service_parts_material ON service.service_parts (material_id) WHERE material_id IS NOT NULL;
CREATE INDEX service_parts_warehouse ON service.service_parts (warehouse_id);
COMMENT ON TABLE service.service_parts IS 'Part that service replaces or uses, with its stock at the store of service.';
COMMENT ON COLUMN service.service_parts.service_part_id IS 'Key.';
COMMENT ON COLUMN service.service_parts.part_number IS 'Service part number.';
COMMENT ON COLUMN service.service_parts.part_name IS 'Description.';
COMMENT ON COLUMN service.service_parts.part_category IS 'replacement_part (a finished product) | wear_part | kit | consumable.';
COMMENT ON COLUMN service.service_parts.product_id IS 'Product it is; NULL for bought parts. -> master.products(product_id)';
COMMENT ON COLUMN service.service_parts.material_id IS 'Material it is; NULL for products. -> master.materials(material_id)';
COMMENT ON COLUMN service.service_parts.unit_of_measure IS 'Unit of stock, use and cost.';
COMMENT ON COLUMN service.service_parts.warehouse_id IS 'Store. -> master.warehouses(warehouse_id)';
COMMENT ON COLUMN service.service_parts.current_stock IS 'Stock on hand, the technicians'' vans included [units of measure].';
COMMENT ON COLUMN service.service_parts.reorder_point IS 'Stock at which it is ordered again [units of measure].';
COMMENT ON COLUMN service.service_parts.reorder_quantity IS 'Quantity ordered then [units of measure].';
COMMENT ON COLUMN service.service_parts.standard_cost IS 'Standard cost, USD a unit.';
COMMENT ON COLUMN service.service_parts.service_price IS 'Price outside warranty, USD a unit.';
COMMENT ON COLUMN service.service_parts.last_used_date IS 'Day of the last use; NULL before the first.';
COMMENT ON COLUMN service.service_parts.created_at IS 'When the record was entered.';
COMMENT ON COLUMN service.service_parts.updated_at IS 'Last change of the row.';

CREATE TABLE service.portal_users (
    portal_user_id integer PRIMARY KEY,
    contact_id integer NOT NULL UNIQUE,
    account_id integer NOT NULL,
    username text NOT NULL UNIQUE,
    portal_role text NOT NULL CHECK (portal_role IN ('requester', 'account_admin')),
    user_status text NOT NULL CHECK (user_status IN ('invited', 'active', 'locked', 'deactivated')),
    activated_at timestamptz,
    login_count integer NOT NULL CHECK (login_count >= 0),
    last_login_datetime timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK ((login_count = 0) = (last_login_datetime IS NULL)),
    CHECK (user_status NOT IN ('active', 'locked') OR activated_at IS NOT NULL),
    CHECK (user_status <> 'invited' OR activated_at IS NULL),
    CHECK (created_at <= activated_at AND activated_at <= updated_at),
    CHECK (activated_at <= last_login_datetime AND last_login_datetime <= updated_at),
    CHECK (created_at <= updated_at)
);
CREATE INDEX portal_users_account ON service.portal_users (account_id);
COMMENT ON TABLE service.portal_users IS 'User of the customer portal.';
COMMENT ON COLUMN service.portal_users.portal_user_id IS 'Key.';
COMMENT ON COLUMN service.portal_users.contact_id IS 'Person. -> crm.contacts(contact_id)';
COMMENT ON COLUMN service.portal_users.account_id IS 'Account of the person. -> crm.accounts(account_id)';
COMMENT ON COLUMN service.portal_users.username IS 'Name to sign in with.';
COMMENT ON COLUMN service.portal_users.portal_role IS 'requester (own tickets) | account_admin (all of the account''s, and its users).';
COMMENT ON COLUMN service.portal_users.user_status IS 'invited (address not confirmed) | active | locked (failed sign-ins, about 1 in 200) | deactivated.';
COMMENT ON COLUMN service.portal_users.activated_at IS 'When the address was confirmed; NULL until then.';
COMMENT ON COLUMN service.portal_users.login_count IS 'Sign-ins so far.';
COMMENT ON COLUMN service.portal_users.last_login_datetime IS 'Last sign-in; NULL before the first.';
COMMENT ON COLUMN service.portal_users.created_at IS 'When the person was invited.';
COMMENT ON COLUMN service.portal_users.updated_at IS 'Last change of the row.';

-- Tickets.
CREATE TABLE service.service_tickets (
    service_ticket_id bigint PRIMARY KEY,
    ticket_number text NOT NULL UNIQUE CHECK (ticket_number ~ '^TKT-A[0-9]+-[0-9]{8}-[0-9]{2,}$'),
    account_id integer NOT NULL,
    contact_id integer NOT NULL,
    channel text NOT NULL CHECK (channel IN ('phone', 'email', 'chat', 'portal')),
    ticket_type text NOT NULL CHECK (ticket_type IN ('incident', 'complaint', 'claim', 'return', 'question')),
    category text NOT NULL CHECK (category IN ('delivery', 'quality', 'warranty', 'returns', 'technical', 'general')),
    subject text NOT NULL,
    priority text NOT NULL CHECK (priority IN ('low', 'medium', 'high', 'critical')),
    product_id integer,
    sales_order_id bigint,
    shipment_id bigint,
    lot_id bigint,
    queue_id integer NOT NULL REFERENCES service.service_queues (queue_id),
    sla_id integer NOT NULL REFERENCES service.sla_definitions (sla_id),
    response_due_datetime timestamptz NOT NULL,
    resolution_due_datetime timestamptz NOT NULL,
    assigned_to integer REFERENCES service.service_agents (agent_id),
    assigned_datetime timestamptz,
    first_response_datetime timestamptz,
    resolved_datetime timestamptz,
    closed_datetime timestamptz,
    response_sla_breached boolean NOT NULL,
    resolution_sla_breached boolean NOT NULL,
    escalation_level smallint NOT NULL CHECK (escalation_level BETWEEN 0 AND 3),
    reopened_count smallint NOT NULL CHECK (reopened_count >= 0),
    handle_time_minutes integer NOT NULL CHECK (handle_time_minutes >= 0),
    kb_article_id integer REFERENCES service.kb_articles (article_id),
    resolution_code_id integer REFERENCES service.resolution_codes (resolution_code_id),
    root_cause text CHECK (root_cause IN ('production', 'supplier', 'transport', 'warehouse', 'order_entry',
        'customer_use', 'information', 'not_found')),
    ticket_status text NOT NULL
        CHECK (ticket_status IN ('new', 'assigned', 'in_progress', 'waiting_customer', 'resolved', 'closed')),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (created_at < response_due_datetime AND response_due_datetime < resolution_due_datetime),
    CHECK ((ticket_status = 'new') = (assigned_to IS NULL)),
    CHECK ((assigned_to IS NULL) = (assigned_datetime IS NULL)),
    CHECK (ticket_status NOT IN ('new', 'assigned') OR first_response_datetime IS NULL),
    CHECK (ticket_status NOT IN ('waiting_customer', 'resolved', 'closed') OR first_response_datetime IS NOT NULL),
    CHECK (num_nonnulls(resolved_datetime, resolution_code_id, root_cause) = CASE WHEN ticket_status IN ('resolved',
        'closed') THEN 3 ELSE 0 END),
    CHECK ((ticket_status = 'closed') = (closed_datetime IS NOT NULL)),
    CHECK (category NOT IN ('quality', 'warranty', 'returns') OR product_id IS NOT NULL),
    CHECK (ticket_type <> 'question' OR category IN ('technical', 'general', 'delivery')),
    CHECK (kb_article_id IS NULL OR resolved_datetime IS NOT NULL),
    CHECK (created_at <= assigned_datetime AND assigned_datetime <= updated_at),
    CHECK (created_at <= first_response_datetime AND first_response_datetime <= resolved_datetime),
    CHECK (resolved_datetime <= closed_datetime),
    CHECK (first_response_datetime <= updated_at AND resolved_datetime <= updated_at AND closed_datetime <= updated_at),
    CHECK (created_at <= updated_at)
);
CREATE INDEX service_tickets_created_at ON service.service_tickets (created_at);
CREATE INDEX service_tickets_account ON service.service_tickets (account_id, created_at);
CREATE INDEX service_tickets_shipment ON service.service_tickets (shipment_id) WHERE shipment_id IS NOT NULL;
CREATE INDEX service_tickets_lot ON service.service_tickets (lot_id) WHERE lot_id IS NOT NULL;
CREATE INDEX service_tickets_queue ON service.service_tickets (queue_id, created_at);
CREATE INDEX service_tickets_open ON service.service_tickets (assigned_to, resolution_due_datetime)
    WHERE resolved_datetime IS NULL;
CREATE INDEX service_tickets_assigned_to ON service.service_tickets (assigned_to) WHERE assigned_to IS NOT NULL;
CREATE INDEX service_tickets_sla ON service.service_tickets (sla_id);
CREATE INDEX service_tickets_kb_article ON service.service_tickets (kb_article_id) WHERE kb_article_id IS NOT NULL;
CREATE INDEX service_tickets_resolution_code ON service.service_tickets (resolution_code_id)
    WHERE resolution_code_id IS NOT NULL;
COMMENT ON TABLE service.service_tickets IS 'Ticket: what a customer reports or asks, from opening to closing.';
COMMENT ON COLUMN service.service_tickets.service_ticket_id IS 'Key.';
COMMENT ON COLUMN service.service_tickets.ticket_number IS 'Number: TKT-A<account>-<yyyymmdd>-<sequence>.';
COMMENT ON COLUMN service.service_tickets.account_id IS 'Account. -> crm.accounts(account_id)';
COMMENT ON COLUMN service.service_tickets.contact_id IS 'Person who raised it. -> crm.contacts(contact_id)';
COMMENT ON COLUMN service.service_tickets.channel IS 'How it came: phone | email | chat | portal.';
COMMENT ON COLUMN service.service_tickets.ticket_type IS 'incident (something went wrong in delivery or use) | complaint (formal, handed to quality) | claim (warranty) | return | question.';
COMMENT ON COLUMN service.service_tickets.category IS 'Matter: delivery | quality | warranty | returns | technical (use of the part) | general.';
COMMENT ON COLUMN service.service_tickets.subject IS 'What it is about, in one line naming the document or part.';
COMMENT ON COLUMN service.service_tickets.priority IS 'low | medium | high | critical (the customer''s line stands).';
COMMENT ON COLUMN service.service_tickets.product_id IS 'Product concerned; NULL if it is about none, or a whole delivery. -> master.products(product_id)';
COMMENT ON COLUMN service.service_tickets.sales_order_id IS 'Order concerned; NULL if it is about none. -> erp.sales_orders(sales_order_id)';
COMMENT ON COLUMN service.service_tickets.shipment_id IS 'Shipment concerned; NULL if it is about none. -> tms.shipments(shipment_id)';
COMMENT ON COLUMN service.service_tickets.lot_id IS 'Lot concerned; NULL if it is about none or the customer cannot name it. -> erp.inventory_lots(lot_id)';
COMMENT ON COLUMN service.service_tickets.queue_id IS 'Queue it was routed to.';
COMMENT ON COLUMN service.service_tickets.sla_id IS 'Times agreed.';
COMMENT ON COLUMN service.service_tickets.response_due_datetime IS 'First answer due.';
COMMENT ON COLUMN service.service_tickets.resolution_due_datetime IS 'Resolution due; moved by the time spent waiting for the customer.';
COMMENT ON COLUMN service.service_tickets.assigned_to IS 'Agent in charge; NULL until assigned.';
COMMENT ON COLUMN service.service_tickets.assigned_datetime IS 'When it was assigned to the agent; NULL until then.';
COMMENT ON COLUMN service.service_tickets.first_response_datetime IS 'First answer; NULL until then.';
COMMENT ON COLUMN service.service_tickets.resolved_datetime IS 'When it was resolved, the last time if it was reopened; NULL while it is not.';
COMMENT ON COLUMN service.service_tickets.closed_datetime IS 'When the customer had agreed, or five days had passed; known when closed.';
COMMENT ON COLUMN service.service_tickets.response_sla_breached IS 'The first answer came, or is still outstanding, after it was due.';
COMMENT ON COLUMN service.service_tickets.resolution_sla_breached IS 'The same of the resolution.';
COMMENT ON COLUMN service.service_tickets.escalation_level IS 'Highest level it was escalated to; 0: never.';
COMMENT ON COLUMN service.service_tickets.reopened_count IS 'Times it was reopened.';
COMMENT ON COLUMN service.service_tickets.handle_time_minutes IS 'Working time of agents on it so far.';
COMMENT ON COLUMN service.service_tickets.kb_article_id IS 'Article that solved it; NULL if none did.';
COMMENT ON COLUMN service.service_tickets.resolution_code_id IS 'How it was resolved; NULL while it is not.';
COMMENT ON COLUMN service.service_tickets.root_cause IS 'Where it came from; NULL while it is not resolved.';
COMMENT ON COLUMN service.service_tickets.ticket_status IS 'new | assigned | in_progress (also when reopened) | waiting_customer | resolved | closed.';
COMMENT ON COLUMN service.service_tickets.created_at IS 'When it was opened.';
COMMENT ON COLUMN service.service_tickets.updated_at IS 'Last change of the row.';

CREATE TABLE service.ticket_comments (
    comment_id bigint PRIMARY KEY,
    service_ticket_id bigint NOT NULL REFERENCES service.service_tickets (service_ticket_id),
    comment_type text NOT NULL
        CHECK (comment_type IN ('answer', 'question', 'update', 'internal', 'status_change', 'reopening')),
    comment_text text NOT NULL,
    is_public boolean NOT NULL,
    agent_id integer REFERENCES service.service_agents (agent_id),
    contact_id integer,
    created_at timestamptz NOT NULL,
    CHECK (num_nonnulls(agent_id, contact_id) = 1),
    CHECK (contact_id IS NULL OR is_public AND comment_type IN ('answer', 'question', 'reopening')),
    CHECK (comment_type <> 'reopening' OR contact_id IS NOT NULL),
    CHECK (comment_type <> 'internal' OR NOT is_public)
);
CREATE INDEX ticket_comments_service_ticket ON service.ticket_comments (service_ticket_id, created_at);
CREATE INDEX ticket_comments_agent ON service.ticket_comments (agent_id) WHERE agent_id IS NOT NULL;
COMMENT ON TABLE service.ticket_comments IS 'Comment on a ticket.';
COMMENT ON COLUMN service.ticket_comments.comment_id IS 'Key.';
COMMENT ON COLUMN service.ticket_comments.service_ticket_id IS 'Ticket.';
COMMENT ON COLUMN service.ticket_comments.comment_type IS 'answer | question | update (of progress) | internal | status_change | reopening (the customer is not content).';
COMMENT ON COLUMN service.ticket_comments.comment_text IS 'What was written, composed of the facts of the ticket.';
COMMENT ON COLUMN service.ticket_comments.is_public IS 'The customer can read it.';
COMMENT ON COLUMN service.ticket_comments.agent_id IS 'Agent who wrote it; NULL if a contact did.';
COMMENT ON COLUMN service.ticket_comments.contact_id IS 'Contact who wrote it; NULL if an agent did. -> crm.contacts(contact_id)';
COMMENT ON COLUMN service.ticket_comments.created_at IS 'When it was written.';

CREATE TABLE service.ticket_attachments (
    attachment_id bigint PRIMARY KEY,
    service_ticket_id bigint NOT NULL REFERENCES service.service_tickets (service_ticket_id),
    comment_id bigint REFERENCES service.ticket_comments (comment_id),
    file_name text NOT NULL,
    file_type text NOT NULL
        CHECK (file_type IN ('photo', 'measurement_report', 'delivery_note', 'drawing', 'video', 'letter')),
    file_size_bytes bigint NOT NULL CHECK (file_size_bytes > 0),
    agent_id integer REFERENCES service.service_agents (agent_id),
    contact_id integer,
    uploaded_at timestamptz NOT NULL,
    CHECK (num_nonnulls(agent_id, contact_id) = 1)
);
CREATE INDEX ticket_attachments_service_ticket ON service.ticket_attachments (service_ticket_id);
CREATE INDEX ticket_attachments_comment ON service.ticket_attachments (comment_id) WHERE comment_id IS NOT NULL;
CREATE INDEX ticket_attachments_agent ON service.ticket_attachments (agent_id) WHERE agent_id IS NOT NULL;
COMMENT ON TABLE service.ticket_attachments IS 'File attached to a ticket; its content is kept elsewhere.';
COMMENT ON COLUMN service.ticket_attachments.attachment_id IS 'Key.';
COMMENT ON COLUMN service.ticket_attachments.service_ticket_id IS 'Ticket.';
COMMENT ON COLUMN service.ticket_attachments.comment_id IS 'Comment it came with; NULL if with the ticket itself.';
COMMENT ON COLUMN service.ticket_attachments.file_name IS 'Name of the file.';
COMMENT ON COLUMN service.ticket_attachments.file_type IS 'What it shows.';
COMMENT ON COLUMN service.ticket_attachments.file_size_bytes IS 'Size [B].';
COMMENT ON COLUMN service.ticket_attachments.agent_id IS 'Agent who attached it; NULL if a contact did.';
COMMENT ON COLUMN service.ticket_attachments.contact_id IS 'Contact who attached it; NULL if an agent did. -> crm.contacts(contact_id)';
COMMENT ON COLUMN service.ticket_attachments.uploaded_at IS 'When it was attached.';

CREATE TABLE service.ticket_escalations (
    escalation_id bigint PRIMARY KEY,
    service_ticket_id bigint NOT NULL REFERENCES service.service_tickets (service_ticket_id),
    escalation_level smallint NOT NULL CHECK (escalation_level BETWEEN 1 AND 3),
    rule_id integer REFERENCES service.escalation_rules (rule_id),
    escalation_reason text NOT NULL
        CHECK (escalation_reason IN ('response_overdue', 'resolution_overdue', 'reopened', 'customer_request')),
    escalated_from integer REFERENCES service.service_agents (agent_id),
    escalated_to integer NOT NULL,
    escalated_at timestamptz NOT NULL,
    de_escalated_at timestamptz,
    de_escalation_reason text CHECK (de_escalation_reason IN ('resolved', 'plan_agreed', 'handed_up')),
    updated_at timestamptz NOT NULL,
    UNIQUE (service_ticket_id, escalation_level),
    CHECK ((escalation_reason = 'customer_request') = (rule_id IS NULL)),
    CHECK ((de_escalated_at IS NULL) = (de_escalation_reason IS NULL)),
    CHECK (escalated_at <= de_escalated_at AND de_escalated_at <= updated_at),
    CHECK (escalated_at <= updated_at)
);
CREATE INDEX ticket_escalations_escalated_at ON service.ticket_escalations (escalated_at);
CREATE INDEX ticket_escalations_open ON service.ticket_escalations (escalated_to) WHERE de_escalated_at IS NULL;
CREATE INDEX ticket_escalations_rule ON service.ticket_escalations (rule_id) WHERE rule_id IS NOT NULL;
CREATE INDEX ticket_escalations_escalated_from ON service.ticket_escalations (escalated_from)
    WHERE escalated_from IS NOT NULL;
COMMENT ON TABLE service.ticket_escalations IS 'Escalation of a ticket to a level.';
COMMENT ON COLUMN service.ticket_escalations.escalation_id IS 'Key.';
COMMENT ON COLUMN service.ticket_escalations.service_ticket_id IS 'Ticket.';
COMMENT ON COLUMN service.ticket_escalations.escalation_level IS 'Level: 1 (team lead) | 2 (technical support or quality) | 3 (management).';
COMMENT ON COLUMN service.ticket_escalations.rule_id IS 'Rule that applied; NULL if the customer asked for it.';
COMMENT ON COLUMN service.ticket_escalations.escalation_reason IS 'Why.';
COMMENT ON COLUMN service.ticket_escalations.escalated_from IS 'Agent in charge then; NULL if none was.';
COMMENT ON COLUMN service.ticket_escalations.escalated_to IS 'Person told. -> master.employees(employee_id)';
COMMENT ON COLUMN service.ticket_escalations.escalated_at IS 'When.';
COMMENT ON COLUMN service.ticket_escalations.de_escalated_at IS 'When it was settled at that level; NULL until then.';
COMMENT ON COLUMN service.ticket_escalations.de_escalation_reason IS 'How it was settled; NULL until then.';
COMMENT ON COLUMN service.ticket_escalations.updated_at IS 'Last change of the row.';

CREATE TABLE service.kb_article_ratings (
    rating_id bigint PRIMARY KEY,
    article_id integer NOT NULL REFERENCES service.kb_articles (article_id),
    service_ticket_id bigint REFERENCES service.service_tickets (service_ticket_id),
    agent_id integer REFERENCES service.service_agents (agent_id),
    portal_user_id integer REFERENCES service.portal_users (portal_user_id),
    rating smallint NOT NULL CHECK (rating BETWEEN 1 AND 5),
    is_helpful boolean NOT NULL,
    rated_at timestamptz NOT NULL,
    CHECK (num_nonnulls(agent_id, portal_user_id) = 1),
    CHECK (agent_id IS NOT NULL OR service_ticket_id IS NULL)
);
CREATE INDEX kb_article_ratings_article ON service.kb_article_ratings (article_id, rated_at);
CREATE INDEX kb_article_ratings_service_ticket ON service.kb_article_ratings (service_ticket_id)
    WHERE service_ticket_id IS NOT NULL;
CREATE INDEX kb_article_ratings_agent ON service.kb_article_ratings (agent_id) WHERE agent_id IS NOT NULL;
CREATE INDEX kb_article_ratings_portal_user ON service.kb_article_ratings (portal_user_id)
    WHERE portal_user_id IS NOT NULL;
COMMENT ON TABLE service.kb_article_ratings IS 'Rating of an article of the knowledge base by its reader.';
COMMENT ON COLUMN service.kb_article_ratings.rating_id IS 'Key.';
COMMENT ON COLUMN service.kb_article_ratings.article_id IS 'Article.';
COMMENT ON COLUMN service.kb_article_ratings.service_ticket_id IS 'Ticket it was read for; NULL if for none.';
COMMENT ON COLUMN service.kb_article_ratings.agent_id IS 'Agent who read it; NULL if a portal user did.';
COMMENT ON COLUMN service.kb_article_ratings.portal_user_id IS 'Portal user who read it; NULL if an agent did.';
COMMENT ON COLUMN service.kb_article_ratings.rating IS 'Rating, 5 the best.';
COMMENT ON COLUMN service.kb_article_ratings.is_helpful IS 'It helped.';
COMMENT ON COLUMN service.kb_article_ratings.rated_at IS 'When.';

-- Warranty, returns and visits.
CREATE TABLE service.warranty_registrations (
    warranty_id bigint PRIMARY KEY,
    warranty_number text NOT NULL UNIQUE CHECK (warranty_number ~ '^WTY-A[0-9]+-[0-9]{8}-[0-9]{2,}$'),
    account_id integer NOT NULL,
    shipment_line_id bigint NOT NULL UNIQUE,
    lot_id bigint NOT NULL,
    product_id integer NOT NULL,
    contract_id integer,
    quantity_covered integer NOT NULL CHECK (quantity_covered > 0),
    warranty_start_date date NOT NULL,
    warranty_duration_months smallint NOT NULL CHECK (warranty_duration_months BETWEEN 6 AND 60),
    warranty_end_date date NOT NULL,
    coverage_type text NOT NULL CHECK (coverage_type IN ('parts', 'parts_and_labor')),
    created_at timestamptz NOT NULL,
    CHECK (warranty_end_date = (warranty_start_date + interval '1 month' * warranty_duration_months)::date - 1)
);
CREATE INDEX warranty_registrations_account ON service.warranty_registrations (account_id, warranty_start_date);
CREATE INDEX warranty_registrations_lot ON service.warranty_registrations (lot_id);
CREATE INDEX warranty_registrations_end ON service.warranty_registrations (warranty_end_date);
COMMENT ON TABLE service.warranty_registrations IS 'Warranty of a delivered lot: one row a shipment line, its parts from one lot.';
COMMENT ON COLUMN service.warranty_registrations.warranty_id IS 'Key.';
COMMENT ON COLUMN service.warranty_registrations.warranty_number IS 'Number: WTY-A<account>-<yyyymmdd of delivery>-<sequence>.';
COMMENT ON COLUMN service.warranty_registrations.account_id IS 'Account. -> crm.accounts(account_id)';
COMMENT ON COLUMN service.warranty_registrations.shipment_line_id IS 'Shipment line. -> tms.shipment_lines(shipment_line_id)';
COMMENT ON COLUMN service.warranty_registrations.lot_id IS 'Lot. -> erp.inventory_lots(lot_id)';
COMMENT ON COLUMN service.warranty_registrations.product_id IS 'Product. -> master.products(product_id)';
COMMENT ON COLUMN service.warranty_registrations.contract_id IS 'Contract that sets the term; NULL for the general terms of sale. -> crm.contracts(contract_id)';
COMMENT ON COLUMN service.warranty_registrations.quantity_covered IS 'Parts covered [parts].';
COMMENT ON COLUMN service.warranty_registrations.warranty_start_date IS 'Day of delivery, local date of the customer.';
COMMENT ON COLUMN service.warranty_registrations.warranty_duration_months IS 'Term.';
COMMENT ON COLUMN service.warranty_registrations.warranty_end_date IS 'Last day covered.';
COMMENT ON COLUMN service.warranty_registrations.coverage_type IS 'parts (replacement only) | parts_and_labor (also the customer''s cost of exchange).';
COMMENT ON COLUMN service.warranty_registrations.created_at IS 'When it was registered.';

CREATE TABLE service.warranty_claims (
    warranty_claim_id bigint PRIMARY KEY,
    claim_number text NOT NULL UNIQUE CHECK (claim_number ~ '^WCL-A[0-9]+-[0-9]{8}-[0-9]{2,}$'),
    warranty_id bigint NOT NULL REFERENCES service.warranty_registrations (warranty_id),
    service_ticket_id bigint NOT NULL UNIQUE REFERENCES service.service_tickets (service_ticket_id),
    customer_complaint_id bigint,
    claim_date date NOT NULL,
    failure_date date NOT NULL,
    failure_category text NOT NULL
        CHECK (failure_category IN ('dimension', 'material', 'surface', 'assembly', 'weld', 'wear', 'fracture')),
    quantity_claimed integer NOT NULL CHECK (quantity_claimed > 0),
    quantity_approved integer,
    approved_by integer,
    decided_at timestamptz,
    rejection_reason text CHECK (rejection_reason IN ('out_of_warranty', 'misuse', 'no_fault_found', 'not_our_part')),
    resolution_type text CHECK (resolution_type IN ('replacement', 'credit', 'repair')),
    parts_cost numeric(14, 2) CHECK (parts_cost >= 0),
    labor_cost numeric(14, 2) CHECK (labor_cost >= 0),
    total_claim_amount numeric(14, 2),
    customer_responsibility numeric(14, 2),
    settled_at timestamptz,
    claim_status text NOT NULL CHECK (claim_status IN ('submitted', 'in_review', 'approved', 'rejected', 'settled')),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (failure_date <= claim_date),
    CHECK (num_nonnulls(decided_at, approved_by, quantity_approved) = CASE WHEN claim_status IN ('submitted',
        'in_review') THEN 0 ELSE 3 END),
    CHECK (CASE claim_status WHEN 'rejected' THEN quantity_approved = 0 ELSE quantity_approved BETWEEN 1 AND
        quantity_claimed END),
    CHECK ((claim_status = 'rejected') = (rejection_reason IS NOT NULL)),
    CHECK ((claim_status IN ('approved', 'settled')) = (resolution_type IS NOT NULL)),
    CHECK (num_nonnulls(settled_at, parts_cost, labor_cost, total_claim_amount, customer_responsibility) = CASE
        claim_status WHEN 'settled' THEN 5 ELSE 0 END),
    CHECK (total_claim_amount = parts_cost + labor_cost),
    CHECK (customer_responsibility BETWEEN 0 AND total_claim_amount),
    CHECK (created_at <= decided_at AND decided_at <= settled_at),
    CHECK (decided_at <= updated_at AND settled_at <= updated_at),
    CHECK (created_at <= updated_at)
);
CREATE INDEX warranty_claims_date ON service.warranty_claims (claim_date);
CREATE INDEX warranty_claims_customer_complaint ON service.warranty_claims (customer_complaint_id)
    WHERE customer_complaint_id IS NOT NULL;
CREATE INDEX warranty_claims_open ON service.warranty_claims (created_at)
    WHERE claim_status IN ('submitted', 'in_review', 'approved');
CREATE INDEX warranty_claims_warranty ON service.warranty_claims (warranty_id);
COMMENT ON TABLE service.warranty_claims IS 'Claim under a warranty for parts that failed at the customer or in the field.';
COMMENT ON COLUMN service.warranty_claims.warranty_claim_id IS 'Key.';
COMMENT ON COLUMN service.warranty_claims.claim_number IS 'Number: WCL-A<account>-<yyyymmdd>-<sequence>.';
COMMENT ON COLUMN service.warranty_claims.warranty_id IS 'Warranty claimed.';
COMMENT ON COLUMN service.warranty_claims.service_ticket_id IS 'Ticket it was raised in.';
COMMENT ON COLUMN service.warranty_claims.customer_complaint_id IS 'Formal complaint to quality; NULL unless one was opened, about 1 in 3. -> qms.customer_complaints(customer_complaint_id)';
COMMENT ON COLUMN service.warranty_claims.claim_date IS 'Day of the claim; rejected if it is after the warranty''s end.';
COMMENT ON COLUMN service.warranty_claims.failure_date IS 'Day the parts failed, as the customer says.';
COMMENT ON COLUMN service.warranty_claims.failure_category IS 'What failed, as the customer sees it.';
COMMENT ON COLUMN service.warranty_claims.quantity_claimed IS 'Parts claimed [parts].';
COMMENT ON COLUMN service.warranty_claims.quantity_approved IS 'Parts accepted; NULL until decided, 0 if rejected [parts].';
COMMENT ON COLUMN service.warranty_claims.approved_by IS 'Who decided; NULL until then. -> master.employees(employee_id)';
COMMENT ON COLUMN service.warranty_claims.decided_at IS 'When it was decided; NULL until then.';
COMMENT ON COLUMN service.warranty_claims.rejection_reason IS 'Why it was rejected; rejected only, NULL otherwise.';
COMMENT ON COLUMN service.warranty_claims.resolution_type IS 'What the customer gets; approved and settled only, NULL otherwise.';
COMMENT ON COLUMN service.warranty_claims.parts_cost IS 'Parts at standard cost or credited, USD; known when settled.';
COMMENT ON COLUMN service.warranty_claims.labor_cost IS 'Labour, own and the customer''s, USD; known when settled.';
COMMENT ON COLUMN service.warranty_claims.total_claim_amount IS 'Parts and labour, USD; known when settled.';
COMMENT ON COLUMN service.warranty_claims.customer_responsibility IS 'Share the customer bears, USD; known when settled.';
COMMENT ON COLUMN service.warranty_claims.settled_at IS 'When it was settled and charged to the reserve; known when settled.';
COMMENT ON COLUMN service.warranty_claims.claim_status IS 'submitted | in_review (parts are examined) | approved | rejected | settled.';
COMMENT ON COLUMN service.warranty_claims.created_at IS 'When the claim was recorded.';
COMMENT ON COLUMN service.warranty_claims.updated_at IS 'Last change of the row.';

CREATE TABLE service.rma_requests (
    rma_request_id bigint PRIMARY KEY,
    rma_number text NOT NULL UNIQUE CHECK (rma_number ~ '^RMA-A[0-9]+-[0-9]{8}-[0-9]{2,}$'),
    service_ticket_id bigint NOT NULL REFERENCES service.service_tickets (service_ticket_id),
    account_id integer NOT NULL,
    contact_id integer NOT NULL,
    sales_order_id bigint NOT NULL,
    shipment_id bigint NOT NULL,
    rma_type text NOT NULL CHECK (rma_type IN ('credit', 'replacement')),
    return_reason text NOT NULL CHECK (return_reason IN ('defective', 'damaged_in_transit', 'wrong_part',
        'over_delivered', 'not_needed', 'refused')),
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    restocking_fee_pct numeric(5, 2) NOT NULL CHECK (restocking_fee_pct BETWEEN 0 AND 30),
    approved_by integer,
    decided_at timestamptz,
    rejection_reason text CHECK (rejection_reason IN ('too_late', 'used', 'not_our_part', 'no_reason')),
    received_date timestamptz,
    inspected_at timestamptz,
    refund_amount numeric(14, 2) CHECK (refund_amount >= 0),
    restocking_fee numeric(14, 2),
    customer_invoice_id bigint,
    replacement_order_id bigint,
    closed_at timestamptz,
    rma_status text NOT NULL CHECK (rma_status IN ('requested', 'approved', 'rejected', 'in_transit', 'received',
        'inspected', 'closed', 'cancelled')),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK ((rma_status = 'requested') = (decided_at IS NULL)),
    CHECK ((decided_at IS NULL) = (approved_by IS NULL)),
    CHECK ((rma_status = 'rejected') = (rejection_reason IS NOT NULL)),
    CHECK ((rma_status IN ('received', 'inspected', 'closed')) = (received_date IS NOT NULL)),
    CHECK ((rma_status IN ('inspected', 'closed')) = (inspected_at IS NOT NULL)),
    CHECK (num_nonnulls(refund_amount, restocking_fee) = CASE rma_status WHEN 'closed' THEN 2 ELSE 0 END),
    CHECK ((rma_status IN ('closed', 'rejected', 'cancelled')) = (closed_at IS NOT NULL)),
    CHECK (restocking_fee = round(refund_amount * restocking_fee_pct / 100, 2)),
    CHECK (restocking_fee_pct = 0 OR return_reason IN ('not_needed', 'over_delivered')),
    CHECK (rma_type = 'credit' OR refund_amount IS NULL OR refund_amount = 0),
    CHECK (customer_invoice_id IS NULL OR rma_type = 'credit' AND rma_status = 'closed'),
    CHECK (replacement_order_id IS NULL OR rma_type = 'replacement' AND rma_status NOT IN ('requested', 'rejected')),
    CHECK (created_at <= decided_at AND decided_at < received_date AND received_date <= inspected_at),
    CHECK (inspected_at <= closed_at AND decided_at <= closed_at AND closed_at <= updated_at),
    CHECK (created_at <= updated_at)
);
CREATE INDEX rma_requests_service_ticket ON service.rma_requests (service_ticket_id);
CREATE INDEX rma_requests_account ON service.rma_requests (account_id, created_at);
CREATE INDEX rma_requests_sales_order ON service.rma_requests (sales_order_id);
CREATE INDEX rma_requests_created_at ON service.rma_requests (created_at);
CREATE INDEX rma_requests_open ON service.rma_requests (rma_status) WHERE closed_at IS NULL;
COMMENT ON TABLE service.rma_requests IS 'Return asked for by a customer; once approved, transport carries it out and reports back.';
COMMENT ON COLUMN service.rma_requests.rma_request_id IS 'Key.';
COMMENT ON COLUMN service.rma_requests.rma_number IS 'Number: RMA-A<account>-<yyyymmdd>-<sequence>.';
COMMENT ON COLUMN service.rma_requests.service_ticket_id IS 'Ticket it was raised in.';
COMMENT ON COLUMN service.rma_requests.account_id IS 'Account. -> crm.accounts(account_id)';
COMMENT ON COLUMN service.rma_requests.contact_id IS 'Person who asked. -> crm.contacts(contact_id)';
COMMENT ON COLUMN service.rma_requests.sales_order_id IS 'Order delivered. -> erp.sales_orders(sales_order_id)';
COMMENT ON COLUMN service.rma_requests.shipment_id IS 'Shipment delivered. -> tms.shipments(shipment_id)';
COMMENT ON COLUMN service.rma_requests.rma_type IS 'What the customer wants: credit | replacement.';
COMMENT ON COLUMN service.rma_requests.return_reason IS 'Why.';
COMMENT ON COLUMN service.rma_requests.currency IS 'Currency of its amounts, ISO 4217: the order''s.';
COMMENT ON COLUMN service.rma_requests.restocking_fee_pct IS 'Fee on the value credited, %; 0 where the fault is ours.';
COMMENT ON COLUMN service.rma_requests.approved_by IS 'Who decided; NULL until then. -> master.employees(employee_id)';
COMMENT ON COLUMN service.rma_requests.decided_at IS 'When it was decided; NULL until then.';
COMMENT ON COLUMN service.rma_requests.rejection_reason IS 'Why it was rejected; rejected only, NULL otherwise.';
COMMENT ON COLUMN service.rma_requests.received_date IS 'When the goods arrived; NULL until then.';
COMMENT ON COLUMN service.rma_requests.inspected_at IS 'When they had been inspected; NULL until then.';
COMMENT ON COLUMN service.rma_requests.refund_amount IS 'Value credited before the fee; known when closed, 0 for replacements [currency].';
COMMENT ON COLUMN service.rma_requests.restocking_fee IS 'Fee on it; known when closed [currency].';
COMMENT ON COLUMN service.rma_requests.customer_invoice_id IS 'Credit note; credits that were closed only, NULL otherwise. -> erp.customer_invoices(customer_invoice_id)';
COMMENT ON COLUMN service.rma_requests.replacement_order_id IS 'Order of the replacement; replacements only, NULL until it is entered. -> erp.sales_orders(sales_order_id)';
COMMENT ON COLUMN service.rma_requests.closed_at IS 'When it ended: settled, rejected or cancelled; NULL until then.';
COMMENT ON COLUMN service.rma_requests.rma_status IS 'requested | approved | rejected | in_transit | received | inspected | closed (settled) | cancelled (the goods were not sent; about 1 in 30).';
COMMENT ON COLUMN service.rma_requests.created_at IS 'When it was asked for.';
COMMENT ON COLUMN service.rma_requests.updated_at IS 'Last change of the row.';

CREATE TABLE service.rma_line_items (
    rma_line_item_id bigint PRIMARY KEY,
    rma_request_id bigint NOT NULL REFERENCES service.rma_requests (rma_request_id),
    line_number smallint NOT NULL CHECK (line_number > 0),
    shipment_line_id bigint NOT NULL,
    product_id integer NOT NULL,
    lot_id bigint NOT NULL,
    warranty_claim_id bigint REFERENCES service.warranty_claims (warranty_claim_id),
    quantity_requested integer NOT NULL CHECK (quantity_requested > 0),
    quantity_approved integer CHECK (quantity_approved BETWEEN 0 AND quantity_requested),
    quantity_received integer CHECK (quantity_received BETWEEN 0 AND quantity_approved),
    condition_on_return text CHECK (condition_on_return IN ('as_new', 'used', 'defective', 'damaged')),
    quantity_restocked integer CHECK (quantity_restocked >= 0),
    quantity_scrapped integer CHECK (quantity_scrapped >= 0),
    original_unit_price numeric(14, 2) NOT NULL CHECK (original_unit_price > 0),
    price_unit smallint NOT NULL CHECK (price_unit IN (1, 100, 1000)),
    discount_pct numeric(5, 2) NOT NULL CHECK (discount_pct BETWEEN 0 AND 60),
    line_total_refund numeric(14, 2),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (rma_request_id, line_number),
    CHECK (quantity_received IS NULL OR quantity_approved IS NOT NULL),
    CHECK (quantity_restocked IS NULL OR quantity_received IS NOT NULL),
    CHECK ((quantity_restocked IS NULL) = (quantity_scrapped IS NULL)),
    CHECK (quantity_restocked + quantity_scrapped <= quantity_received),
    CHECK (condition_on_return IS NULL OR quantity_received > 0),
    CHECK (quantity_restocked IS NULL OR quantity_received = 0 OR condition_on_return IS NOT NULL),
    CHECK (line_total_refund IS NULL OR quantity_received IS NOT NULL AND line_total_refund IN (0,
        round(quantity_received * original_unit_price * (100 - discount_pct) / (100 * price_unit), 2))),
    CHECK (created_at <= updated_at)
);
CREATE INDEX rma_line_items_shipment_line ON service.rma_line_items (shipment_line_id);
CREATE INDEX rma_line_items_lot ON service.rma_line_items (lot_id);
CREATE INDEX rma_line_items_warranty_claim ON service.rma_line_items (warranty_claim_id)
    WHERE warranty_claim_id IS NOT NULL;
COMMENT ON TABLE service.rma_line_items IS 'Line of a return: parts of one lot and shipment line. Approved >= received >= restocked + scrapped.';
COMMENT ON COLUMN service.rma_line_items.rma_line_item_id IS 'Key.';
COMMENT ON COLUMN service.rma_line_items.rma_request_id IS 'Return.';
COMMENT ON COLUMN service.rma_line_items.line_number IS 'Number of the line, from 1.';
COMMENT ON COLUMN service.rma_line_items.shipment_line_id IS 'Shipment line delivered. -> tms.shipment_lines(shipment_line_id)';
COMMENT ON COLUMN service.rma_line_items.product_id IS 'Product. -> master.products(product_id)';
COMMENT ON COLUMN service.rma_line_items.lot_id IS 'Lot. -> erp.inventory_lots(lot_id)';
COMMENT ON COLUMN service.rma_line_items.warranty_claim_id IS 'Warranty claim the parts are returned for; NULL if for none.';
COMMENT ON COLUMN service.rma_line_items.quantity_requested IS 'Parts the customer wants to return [parts].';
COMMENT ON COLUMN service.rma_line_items.quantity_approved IS 'Parts accepted; NULL until decided, 0 if rejected [parts].';
COMMENT ON COLUMN service.rma_line_items.quantity_received IS 'Parts that arrived; NULL until then [parts].';
COMMENT ON COLUMN service.rma_line_items.condition_on_return IS 'Found at the inspection; NULL until then and if nothing arrived.';
COMMENT ON COLUMN service.rma_line_items.quantity_restocked IS 'Parts back to stock; NULL until inspected [parts].';
COMMENT ON COLUMN service.rma_line_items.quantity_scrapped IS 'Parts scrapped; NULL until inspected [parts].';
COMMENT ON COLUMN service.rma_line_items.original_unit_price IS 'Price of price_unit parts on the invoice [currency of the return].';
COMMENT ON COLUMN service.rma_line_items.price_unit IS 'Quantity the price is for [parts].';
COMMENT ON COLUMN service.rma_line_items.discount_pct IS 'Discount on the invoice, %.';
COMMENT ON COLUMN service.rma_line_items.line_total_refund IS 'Value credited before the fee: parts received at that price less the discount, rounded once, 0 for replacements; known when closed [currency of the return].';
COMMENT ON COLUMN service.rma_line_items.created_at IS 'When the line was entered.';
COMMENT ON COLUMN service.rma_line_items.updated_at IS 'Last change of the row.';

CREATE TABLE service.field_service_appointments (
    appointment_id bigint PRIMARY KEY,
    appointment_number text NOT NULL UNIQUE CHECK (appointment_number ~ '^FSV-A[0-9]+-[0-9]{8}-[0-9]{2,}$'),
    service_ticket_id bigint NOT NULL REFERENCES service.service_tickets (service_ticket_id),
    account_id integer NOT NULL,
    contact_id integer NOT NULL,
    service_type text NOT NULL
        CHECK (service_type IN ('sorting', 'fault_analysis', 'exchange', 'fitting_support', 'measurement')),
    assigned_technician_id integer REFERENCES service.field_technicians (technician_id),
    scheduled_start_time timestamptz NOT NULL,
    scheduled_end_time timestamptz NOT NULL,
    travel_distance_km numeric(8, 1) CHECK (travel_distance_km >= 0),
    travel_time_minutes integer CHECK (travel_time_minutes >= 0),
    checked_in_datetime timestamptz,
    checked_out_datetime timestamptz,
    fault_confirmed boolean,
    follow_up_required boolean,
    follow_up_of_appointment_id bigint REFERENCES service.field_service_appointments (appointment_id),
    labor_charges numeric(14, 2) CHECK (labor_charges >= 0),
    travel_charges numeric(14, 2) CHECK (travel_charges >= 0),
    parts_charges numeric(14, 2) CHECK (parts_charges >= 0),
    total_charges numeric(14, 2),
    is_billable boolean NOT NULL,
    appointment_status text NOT NULL
        CHECK (appointment_status IN ('requested', 'scheduled', 'in_progress', 'completed', 'cancelled')),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (scheduled_start_time < scheduled_end_time),
    CHECK (appointment_status NOT IN ('scheduled', 'in_progress', 'completed') OR assigned_technician_id IS NOT NULL),
    CHECK (appointment_status <> 'requested' OR assigned_technician_id IS NULL),
    CHECK ((appointment_status IN ('in_progress', 'completed')) = (checked_in_datetime IS NOT NULL)),
    CHECK (num_nonnulls(checked_out_datetime, travel_distance_km, travel_time_minutes, fault_confirmed,
        follow_up_required, labor_charges, travel_charges, parts_charges, total_charges) = CASE appointment_status WHEN
        'completed' THEN 9 ELSE 0 END),
    CHECK (total_charges = labor_charges + travel_charges + parts_charges),
    CHECK (follow_up_of_appointment_id <> appointment_id),
    CHECK (created_at <= checked_in_datetime AND checked_in_datetime < checked_out_datetime),
    CHECK (checked_in_datetime <= updated_at AND checked_out_datetime <= updated_at),
    CHECK (created_at <= updated_at)
);
CREATE INDEX field_service_appointments_assigned_technician
    ON service.field_service_appointments (assigned_technician_id, scheduled_start_time);
CREATE INDEX field_service_appointments_account
    ON service.field_service_appointments (account_id, scheduled_start_time);
CREATE INDEX field_service_appointments_start ON service.field_service_appointments (scheduled_start_time);
CREATE INDEX field_service_appointments_service_ticket ON service.field_service_appointments (service_ticket_id);
CREATE INDEX field_service_appointments_follow_up_of_appointment
    ON service.field_service_appointments (follow_up_of_appointment_id) WHERE follow_up_of_appointment_id IS NOT NULL;
COMMENT ON TABLE service.field_service_appointments IS 'Visit of a technician to a customer.';
COMMENT ON COLUMN service.field_service_appointments.appointment_id IS 'Key.';
COMMENT ON COLUMN service.field_service_appointments.appointment_number IS 'Number: FSV-A<account>-<yyyymmdd>-<sequence>.';
COMMENT ON COLUMN service.field_service_appointments.service_ticket_id IS 'Ticket.';
COMMENT ON COLUMN service.field_service_appointments.account_id IS 'Account visited. -> crm.accounts(account_id)';
COMMENT ON COLUMN service.field_service_appointments.contact_id IS 'Person met there. -> crm.contacts(contact_id)';
COMMENT ON COLUMN service.field_service_appointments.service_type IS 'sorting (of suspect parts) | fault_analysis | exchange (of parts) | fitting_support | measurement.';
COMMENT ON COLUMN service.field_service_appointments.assigned_technician_id IS 'Technician; NULL until one is assigned.';
COMMENT ON COLUMN service.field_service_appointments.scheduled_start_time IS 'Start planned.';
COMMENT ON COLUMN service.field_service_appointments.scheduled_end_time IS 'End planned.';
COMMENT ON COLUMN service.field_service_appointments.travel_distance_km IS 'Way there and back; known when completed.';
COMMENT ON COLUMN service.field_service_appointments.travel_time_minutes IS 'Travel there and back; known when completed.';
COMMENT ON COLUMN service.field_service_appointments.checked_in_datetime IS 'Arrival; NULL until then.';
COMMENT ON COLUMN service.field_service_appointments.checked_out_datetime IS 'Departure; known when completed.';
COMMENT ON COLUMN service.field_service_appointments.fault_confirmed IS 'The fault was found; known when completed.';
COMMENT ON COLUMN service.field_service_appointments.follow_up_required IS 'Another visit is needed; known when completed.';
COMMENT ON COLUMN service.field_service_appointments.follow_up_of_appointment_id IS 'Visit it follows; NULL for a first visit.';
COMMENT ON COLUMN service.field_service_appointments.labor_charges IS 'Hours on site at the technician''s rate, USD; known when completed.';
COMMENT ON COLUMN service.field_service_appointments.travel_charges IS 'Travel, USD; known when completed.';
COMMENT ON COLUMN service.field_service_appointments.parts_charges IS 'Parts used, USD: sum of their total costs; known when completed.';
COMMENT ON COLUMN service.field_service_appointments.total_charges IS 'Labour, travel and parts, USD; known when completed.';
COMMENT ON COLUMN service.field_service_appointments.is_billable IS 'The customer pays it; not under warranty and not where the fault is ours.';
COMMENT ON COLUMN service.field_service_appointments.appointment_status IS 'requested | scheduled | in_progress (on site) | completed | cancelled.';
COMMENT ON COLUMN service.field_service_appointments.created_at IS 'When it was asked for.';
COMMENT ON COLUMN service.field_service_appointments.updated_at IS 'Last change of the row.';

CREATE TABLE service.service_parts_usage (
    usage_id bigint PRIMARY KEY,
    service_part_id integer NOT NULL REFERENCES service.service_parts (service_part_id),
    appointment_id bigint REFERENCES service.field_service_appointments (appointment_id),
    warranty_claim_id bigint REFERENCES service.warranty_claims (warranty_claim_id),
    technician_id integer REFERENCES service.field_technicians (technician_id),
    quantity_used numeric(14, 3) NOT NULL CHECK (quantity_used > 0),
    unit_cost numeric(14, 2) NOT NULL CHECK (unit_cost > 0),
    total_cost numeric(14, 2) NOT NULL,
    used_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    CHECK (num_nonnulls(appointment_id, warranty_claim_id) = 1),
    CHECK ((appointment_id IS NULL) = (technician_id IS NULL)),
    CHECK (total_cost = round(quantity_used * unit_cost, 2)),
    CHECK (used_at <= created_at)
);
CREATE INDEX service_parts_usage_service_part ON service.service_parts_usage (service_part_id, used_at);
CREATE INDEX service_parts_usage_appointment ON service.service_parts_usage (appointment_id)
    WHERE appointment_id IS NOT NULL;
CREATE INDEX service_parts_usage_warranty_claim ON service.service_parts_usage (warranty_claim_id)
    WHERE warranty_claim_id IS NOT NULL;
CREATE INDEX service_parts_usage_technician ON service.service_parts_usage (technician_id)
    WHERE technician_id IS NOT NULL;
COMMENT ON TABLE service.service_parts_usage IS 'Part taken from the stock of service, for a visit or to settle a warranty claim.';
COMMENT ON COLUMN service.service_parts_usage.usage_id IS 'Key.';
COMMENT ON COLUMN service.service_parts_usage.service_part_id IS 'Part.';
COMMENT ON COLUMN service.service_parts_usage.appointment_id IS 'Visit; NULL for a claim.';
COMMENT ON COLUMN service.service_parts_usage.warranty_claim_id IS 'Claim; NULL for a visit.';
COMMENT ON COLUMN service.service_parts_usage.technician_id IS 'Technician who used it; visits only, NULL otherwise.';
COMMENT ON COLUMN service.service_parts_usage.quantity_used IS 'Quantity [unit of measure of the part].';
COMMENT ON COLUMN service.service_parts_usage.unit_cost IS 'Standard cost then, USD a unit.';
COMMENT ON COLUMN service.service_parts_usage.total_cost IS 'Quantity times unit cost, USD.';
COMMENT ON COLUMN service.service_parts_usage.used_at IS 'When it was taken.';
COMMENT ON COLUMN service.service_parts_usage.created_at IS 'When it was recorded.';

-- What customers say.
CREATE TABLE service.survey_responses (
    response_id bigint PRIMARY KEY,
    survey_id integer NOT NULL REFERENCES service.customer_surveys (survey_id),
    account_id integer NOT NULL,
    contact_id integer NOT NULL,
    service_ticket_id bigint REFERENCES service.service_tickets (service_ticket_id),
    appointment_id bigint REFERENCES service.field_service_appointments (appointment_id),
    csat_rating smallint CHECK (csat_rating BETWEEN 1 AND 5),
    nps_score smallint CHECK (nps_score BETWEEN 0 AND 10),
    ces_score smallint CHECK (ces_score BETWEEN 1 AND 7),
    sentiment text NOT NULL CHECK (sentiment IN ('positive', 'neutral', 'negative')),
    invited_at timestamptz NOT NULL,
    responded_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    UNIQUE (survey_id, service_ticket_id),
    CHECK (num_nonnulls(csat_rating, nps_score, ces_score) = 1),
    CHECK (appointment_id IS NULL OR service_ticket_id IS NOT NULL),
    CHECK (invited_at < responded_at AND responded_at <= created_at)
);
CREATE INDEX survey_responses_account ON service.survey_responses (account_id, responded_at);
CREATE INDEX survey_responses_responded_at ON service.survey_responses (responded_at);
CREATE INDEX survey_responses_service_ticket ON service.survey_responses (service_ticket_id)
    WHERE service_ticket_id IS NOT NULL;
CREATE INDEX survey_responses_appointment ON service.survey_responses (appointment_id) WHERE appointment_id IS NOT NULL;
COMMENT ON TABLE service.survey_responses IS 'Answer to a survey; the rating that is filled is that of the survey''s type.';
COMMENT ON COLUMN service.survey_responses.response_id IS 'Key.';
COMMENT ON COLUMN service.survey_responses.survey_id IS 'Survey.';
COMMENT ON COLUMN service.survey_responses.account_id IS 'Account. -> crm.accounts(account_id)';
COMMENT ON COLUMN service.survey_responses.contact_id IS 'Person asked. -> crm.contacts(contact_id)';
COMMENT ON COLUMN service.survey_responses.service_ticket_id IS 'Ticket asked about; NULL for half-yearly surveys.';
COMMENT ON COLUMN service.survey_responses.appointment_id IS 'Visit asked about; NULL if it is not about one.';
COMMENT ON COLUMN service.survey_responses.csat_rating IS 'Satisfaction, 5 the best; NULL in other surveys.';
COMMENT ON COLUMN service.survey_responses.nps_score IS 'Would recommend, 10 the most; NULL in other surveys.';
COMMENT ON COLUMN service.survey_responses.ces_score IS 'Effort, 7 the least; NULL in other surveys.';
COMMENT ON COLUMN service.survey_responses.sentiment IS 'Tone of what was added in words.';
COMMENT ON COLUMN service.survey_responses.invited_at IS 'When the invitation was sent.';
COMMENT ON COLUMN service.survey_responses.responded_at IS 'When it was answered.';
COMMENT ON COLUMN service.survey_responses.created_at IS 'When the answer was recorded.';

CREATE TABLE service.customer_feedback (
    feedback_id bigint PRIMARY KEY,
    account_id integer NOT NULL,
    contact_id integer NOT NULL,
    feedback_type text NOT NULL CHECK (feedback_type IN ('praise', 'criticism', 'suggestion')),
    topic text NOT NULL CHECK (topic IN ('delivery', 'quality', 'price', 'service', 'portal', 'documents')),
    product_id integer,
    service_ticket_id bigint REFERENCES service.service_tickets (service_ticket_id),
    overall_rating smallint NOT NULL CHECK (overall_rating BETWEEN 1 AND 5),
    responded_by integer REFERENCES service.service_agents (agent_id),
    responded_at timestamptz,
    feedback_status text NOT NULL CHECK (feedback_status IN ('new', 'answered', 'closed')),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK ((responded_by IS NULL) = (responded_at IS NULL)),
    CHECK (CASE feedback_status WHEN 'new' THEN responded_at IS NULL WHEN 'answered' THEN responded_at IS NOT NULL ELSE
        true END),
    CHECK (created_at <= responded_at AND responded_at <= updated_at),
    CHECK (created_at <= updated_at)
);
CREATE INDEX customer_feedback_account ON service.customer_feedback (account_id, created_at);
CREATE INDEX customer_feedback_created_at ON service.customer_feedback (created_at);
CREATE INDEX customer_feedback_service_ticket ON service.customer_feedback (service_ticket_id)
    WHERE service_ticket_id IS NOT NULL;
CREATE INDEX customer_feedback_responded_by ON service.customer_feedback (responded_by) WHERE responded_by IS NOT NULL;
COMMENT ON TABLE service.customer_feedback IS 'Feedback a customer gave unasked.';
COMMENT ON COLUMN service.customer_feedback.feedback_id IS 'Key.';
COMMENT ON COLUMN service.customer_feedback.account_id IS 'Account. -> crm.accounts(account_id)';
COMMENT ON COLUMN service.customer_feedback.contact_id IS 'Person. -> crm.contacts(contact_id)';
COMMENT ON COLUMN service.customer_feedback.feedback_type IS 'praise | criticism | suggestion.';
COMMENT ON COLUMN service.customer_feedback.topic IS 'What it is about.';
COMMENT ON COLUMN service.customer_feedback.product_id IS 'Product; NULL if it is about none. -> master.products(product_id)';
COMMENT ON COLUMN service.customer_feedback.service_ticket_id IS 'Ticket it refers to; NULL if to none, about 2 in 3.';
COMMENT ON COLUMN service.customer_feedback.overall_rating IS 'Rating, 5 the best.';
COMMENT ON COLUMN service.customer_feedback.responded_by IS 'Agent who answered; NULL until then.';
COMMENT ON COLUMN service.customer_feedback.responded_at IS 'When it was answered; NULL until then.';
COMMENT ON COLUMN service.customer_feedback.feedback_status IS 'new | answered | closed (needs no answer, or settled).';
COMMENT ON COLUMN service.customer_feedback.created_at IS 'When it was received.';
COMMENT ON COLUMN service.customer_feedback.updated_at IS 'Last change of the row.';

-- Key figures and messages.
CREATE TABLE service.service_metrics_daily (
    metric_id bigint PRIMARY KEY,
    queue_id integer NOT NULL REFERENCES service.service_queues (queue_id),
    metric_date date NOT NULL,
    tickets_created integer NOT NULL CHECK (tickets_created >= 0),
    critical_tickets integer NOT NULL CHECK (critical_tickets BETWEEN 0 AND tickets_created),
    portal_tickets integer NOT NULL CHECK (portal_tickets BETWEEN 0 AND tickets_created),
    tickets_resolved integer NOT NULL CHECK (tickets_resolved >= 0),
    tickets_closed integer NOT NULL CHECK (tickets_closed >= 0),
    tickets_reopened integer NOT NULL CHECK (tickets_reopened >= 0),
    backlog_count integer NOT NULL CHECK (backlog_count >= 0),
    response_sla_met_count integer NOT NULL CHECK (response_sla_met_count >= 0),
    response_sla_breached_count integer NOT NULL CHECK (response_sla_breached_count >= 0),
    avg_first_response_time_minutes double precision CHECK (avg_first_response_time_minutes >= 0),
    resolution_sla_met_count integer NOT NULL CHECK (resolution_sla_met_count >= 0),
    resolution_sla_breached_count integer NOT NULL CHECK (resolution_sla_breached_count >= 0),
    avg_resolution_time_minutes double precision CHECK (avg_resolution_time_minutes >= 0),
    csat_responses_count integer NOT NULL CHECK (csat_responses_count >= 0),
    avg_csat_rating double precision CHECK (avg_csat_rating BETWEEN 1 AND 5),
    created_at timestamptz NOT NULL,
    UNIQUE (queue_id, metric_date),
    CHECK (tickets_resolved = resolution_sla_met_count + resolution_sla_breached_count),
    CHECK ((response_sla_met_count + response_sla_breached_count = 0) = (avg_first_response_time_minutes IS NULL)),
    CHECK ((tickets_resolved = 0) = (avg_resolution_time_minutes IS NULL)),
    CHECK ((csat_responses_count = 0) = (avg_csat_rating IS NULL))
);
CREATE INDEX service_metrics_daily_date ON service.service_metrics_daily (metric_date);
COMMENT ON TABLE service.service_metrics_daily IS 'Key figures of a queue on a UTC day, computed after it from its tickets and their surveys.';
COMMENT ON COLUMN service.service_metrics_daily.metric_id IS 'Key.';
COMMENT ON COLUMN service.service_metrics_daily.queue_id IS 'Queue.';
COMMENT ON COLUMN service.service_metrics_daily.metric_date IS 'Day, UTC.';
COMMENT ON COLUMN service.service_metrics_daily.tickets_created IS 'Tickets opened.';
COMMENT ON COLUMN service.service_metrics_daily.critical_tickets IS 'Those of them of priority critical.';
COMMENT ON COLUMN service.service_metrics_daily.portal_tickets IS 'Those of them that came by the portal.';
COMMENT ON COLUMN service.service_metrics_daily.tickets_resolved IS 'Tickets resolved, those reopened later included.';
COMMENT ON COLUMN service.service_metrics_daily.tickets_closed IS 'Tickets closed.';
COMMENT ON COLUMN service.service_metrics_daily.tickets_reopened IS 'Tickets reopened.';
COMMENT ON COLUMN service.service_metrics_daily.backlog_count IS 'Tickets not resolved at the end of the day: those of the day before, plus created and reopened, less resolved.';
COMMENT ON COLUMN service.service_metrics_daily.response_sla_met_count IS 'First answers given in time.';
COMMENT ON COLUMN service.service_metrics_daily.response_sla_breached_count IS 'First answers given late.';
COMMENT ON COLUMN service.service_metrics_daily.avg_first_response_time_minutes IS 'Mean time to the first answer of those; NULL if there were none.';
COMMENT ON COLUMN service.service_metrics_daily.resolution_sla_met_count IS 'Resolutions in time.';
COMMENT ON COLUMN service.service_metrics_daily.resolution_sla_breached_count IS 'Late resolutions.';
COMMENT ON COLUMN service.service_metrics_daily.avg_resolution_time_minutes IS 'Mean time from opening to resolution of those; NULL if there were none.';
COMMENT ON COLUMN service.service_metrics_daily.csat_responses_count IS 'Ratings of satisfaction received.';
COMMENT ON COLUMN service.service_metrics_daily.avg_csat_rating IS 'Their mean; NULL if there were none.';
COMMENT ON COLUMN service.service_metrics_daily.created_at IS 'When it was computed.';

CREATE TABLE service.service_integration_log (
    integration_log_id bigint PRIMARY KEY,
    document_type text NOT NULL
        CHECK (document_type IN ('service_agent', 'field_technician', 'return_order', 'customer_complaint')),
    idempotency_key text NOT NULL UNIQUE,
    source_table text NOT NULL,
    source_pk bigint NOT NULL,
    version integer NOT NULL CHECK (version > 0),
    batch_id bigint NOT NULL,
    low_watermark bigint NOT NULL CHECK (low_watermark >= 0),
    high_watermark bigint NOT NULL,
    source_time timestamptz NOT NULL,
    source_status text NOT NULL,
    agent_id integer REFERENCES service.service_agents (agent_id),
    technician_id integer REFERENCES service.field_technicians (technician_id),
    rma_request_id bigint REFERENCES service.rma_requests (rma_request_id),
    service_ticket_id bigint REFERENCES service.service_tickets (service_ticket_id),
    payload_hash bigint NOT NULL,
    status text NOT NULL CHECK (status IN ('applied', 'rejected')),
    attempt_count smallint NOT NULL CHECK (attempt_count > 0),
    error_message text,
    received_at timestamptz NOT NULL,
    applied_at timestamptz,
    updated_at timestamptz NOT NULL,
    CHECK (low_watermark < high_watermark),
    CHECK (num_nonnulls(agent_id, technician_id, rma_request_id, service_ticket_id) = CASE status WHEN 'applied' THEN 1
        ELSE 0 END),
    CHECK (status <> 'applied' OR CASE document_type WHEN 'service_agent' THEN agent_id IS NOT NULL WHEN
        'field_technician' THEN technician_id IS NOT NULL WHEN 'return_order' THEN rma_request_id IS NOT NULL ELSE
        service_ticket_id IS NOT NULL END),
    CHECK (source_time <= received_at),
    CHECK (received_at <= applied_at),
    CHECK (received_at <= updated_at AND applied_at <= updated_at),
    CHECK ((status = 'applied') = (applied_at IS NOT NULL)),
    CHECK (status <> 'rejected' OR error_message IS NOT NULL)
);
CREATE INDEX service_integration_log_source ON service.service_integration_log (source_table, source_pk);
CREATE INDEX service_integration_log_batch ON service.service_integration_log (batch_id);
CREATE INDEX service_integration_log_agent ON service.service_integration_log (agent_id) WHERE agent_id IS NOT NULL;
CREATE INDEX service_integration_log_technician ON service.service_integration_log (technician_id)
    WHERE technician_id IS NOT NULL;
CREATE INDEX service_integration_log_rma_request ON service.service_integration_log (rma_request_id)
    WHERE rma_request_id IS NOT NULL;
CREATE INDEX service_integration_log_service_ticket ON service.service_integration_log (service_ticket_id)
    WHERE service_ticket_id IS NOT NULL;
COMMENT ON TABLE service.service_integration_log IS 'Message received from another system, one row a version of its source row; delivered at least once, applied once. Written by flow: agent data to CRM.';
COMMENT ON COLUMN service.service_integration_log.integration_log_id IS 'Key.';
COMMENT ON COLUMN service.service_integration_log.document_type IS 'service_agent | field_technician (from personnel, daily) | return_order (from transport: progress of a return) | customer_complaint (from quality: progress of a complaint).';
COMMENT ON COLUMN service.service_integration_log.idempotency_key IS 'Hash of flow, source row and version; a second delivery finds it taken.';
COMMENT ON COLUMN service.service_integration_log.source_table IS 'Table of the source row, schema.table.';
COMMENT ON COLUMN service.service_integration_log.source_pk IS 'Key of the source row.';
COMMENT ON COLUMN service.service_integration_log.version IS 'Version of the source row, from 1; the highest one wins.';
COMMENT ON COLUMN service.service_integration_log.batch_id IS 'Batch that delivered the message.';
COMMENT ON COLUMN service.service_integration_log.low_watermark IS 'Commit sequence of the source after which the batch begins; equals the high watermark of the batch before it.';
COMMENT ON COLUMN service.service_integration_log.high_watermark IS 'Commit sequence of the source with which the batch ends.';
COMMENT ON COLUMN service.service_integration_log.source_time IS 'Time of the source row.';
COMMENT ON COLUMN service.service_integration_log.source_status IS 'Payload: status of the person, the return or the complaint.';
COMMENT ON COLUMN service.service_integration_log.agent_id IS 'Agent it was applied to; NULL for other messages and rejected ones.';
COMMENT ON COLUMN service.service_integration_log.technician_id IS 'Technician it was applied to; NULL for other messages and rejected ones.';
COMMENT ON COLUMN service.service_integration_log.rma_request_id IS 'Return it was applied to; NULL for other messages and rejected ones.';
COMMENT ON COLUMN service.service_integration_log.service_ticket_id IS 'Ticket of the complaint; NULL for other messages and rejected ones.';
COMMENT ON COLUMN service.service_integration_log.payload_hash IS '64-bit hash of the payload; sums over a batch compare with the source.';
COMMENT ON COLUMN service.service_integration_log.status IS 'applied | rejected (until a later attempt applies it).';
COMMENT ON COLUMN service.service_integration_log.attempt_count IS 'Deliveries attempted so far.';
COMMENT ON COLUMN service.service_integration_log.error_message IS 'Error of the last failed attempt; NULL if none failed.';
COMMENT ON COLUMN service.service_integration_log.received_at IS 'When the message first arrived, simulated time.';
COMMENT ON COLUMN service.service_integration_log.applied_at IS 'When it was applied, simulated time; known when applied.';
COMMENT ON COLUMN service.service_integration_log.updated_at IS 'Last change of the row.';
