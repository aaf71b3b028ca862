-- Supplier relations and the supplier portal: who may supply, requests, quotations and contracts, the orders as
-- suppliers see them, what they announce and invoice, how invoices are matched, and how suppliers perform.
-- Prices are for price_unit units of measure, as in master.material_suppliers; an amount is quantity times
-- price over price_unit, rounded to two decimals. Amounts are in the currency of their document.

CREATE SCHEMA supplier;
CREATE SCHEMA IF NOT EXISTS published;

-- Suppliers in the portal: people, papers, audits, approval.

CREATE TABLE supplier.supplier_portal_users (
    supplier_portal_user_id integer PRIMARY KEY,
    supplier_id integer NOT NULL,
    user_name text NOT NULL,
    user_email text NOT NULL UNIQUE,
    user_role text NOT NULL CHECK (user_role IN ('administrator', 'sales', 'logistics', 'quality', 'accounting')),
    notification_preference text NOT NULL CHECK (notification_preference IN ('immediate', 'daily_digest')),
    user_status text NOT NULL CHECK (user_status IN ('invited', 'active', 'locked', 'deactivated')),
    activated_at timestamptz,
    last_login_at timestamptz,
    deactivated_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (user_status <> 'invited' OR activated_at IS NULL),
    CHECK (user_status NOT IN ('active', 'locked') OR activated_at IS NOT NULL),
    CHECK (last_login_at IS NULL OR activated_at IS NOT NULL),
    CHECK ((user_status = 'deactivated') = (deactivated_at IS NOT NULL)),
    CHECK (created_at < activated_at),
    CHECK (activated_at <= last_login_at),
    CHECK (created_at < deactivated_at),
    CHECK (created_at <= updated_at)
);
CREATE INDEX supplier_portal_users_supplier ON supplier.supplier_portal_users (supplier_id, user_role);
COMMENT ON TABLE supplier.supplier_portal_users IS 'Login of a person at a supplier; what it may see and do follows from its role.';
COMMENT ON COLUMN supplier.supplier_portal_users.supplier_portal_user_id IS 'Key.';
COMMENT ON COLUMN supplier.supplier_portal_users.supplier_id IS 'Supplier; the user sees nothing of the others. -> master.suppliers(supplier_id)';
COMMENT ON COLUMN supplier.supplier_portal_users.user_name IS 'Name of the person.';
COMMENT ON COLUMN supplier.supplier_portal_users.user_email IS 'Address, and login.';
COMMENT ON COLUMN supplier.supplier_portal_users.user_role IS 'administrator (everything, and the other users) | sales (requests, quotations, orders) | logistics (orders, shipping notices) | quality (audits, documents, scorecards) | accounting (orders, invoices, payments).';
COMMENT ON COLUMN supplier.supplier_portal_users.notification_preference IS 'immediate | daily_digest.';
COMMENT ON COLUMN supplier.supplier_portal_users.user_status IS 'invited | active | locked (too many failed logins; rare) | deactivated.';
COMMENT ON COLUMN supplier.supplier_portal_users.activated_at IS 'First login; NULL until then.';
COMMENT ON COLUMN supplier.supplier_portal_users.last_login_at IS 'Latest login; NULL until the first.';
COMMENT ON COLUMN supplier.supplier_portal_users.deactivated_at IS 'When the login was closed; NULL unless deactivated, about 1 in 20.';
COMMENT ON COLUMN supplier.supplier_portal_users.created_at IS 'When the user was invited.';
COMMENT ON COLUMN supplier.supplier_portal_users.updated_at IS 'Last change of the row.';

CREATE TABLE supplier.supplier_documents (
    supplier_document_id bigint PRIMARY KEY,
    supplier_id integer NOT NULL,
    document_type text NOT NULL CHECK (document_type IN
        ('iso_9001', 'iatf_16949', 'iso_14001', 'iso_45001', 'liability_insurance', 'bank_details',
         'tax_registration', 'code_of_conduct', 'non_disclosure', 'reach_declaration', 'conflict_minerals')),
    document_number text NOT NULL,
    issuing_organization text NOT NULL,
    issue_date date NOT NULL,
    expiry_date date,
    replaces_document_id bigint REFERENCES supplier.supplier_documents (supplier_document_id),
    uploaded_by integer NOT NULL REFERENCES supplier.supplier_portal_users (supplier_portal_user_id),
    file_size_kb integer NOT NULL CHECK (file_size_kb > 0),
    document_status text NOT NULL CHECK (document_status IN
        ('submitted', 'verified', 'rejected', 'replaced', 'expired')),
    verified_by integer,
    verified_at timestamptz,
    rejection_reason text CHECK (rejection_reason IN ('illegible', 'wrong_document', 'out_of_date', 'wrong_scope')),
    expiry_alert_sent_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (issue_date < expiry_date),
    CHECK (replaces_document_id <> supplier_document_id),
    CHECK ((verified_by IS NULL) = (verified_at IS NULL)),
    CHECK ((document_status = 'submitted') = (verified_at IS NULL)),
    CHECK ((document_status = 'rejected') = (rejection_reason IS NOT NULL)),
    CHECK (document_status <> 'expired' OR expiry_date IS NOT NULL),
    CHECK (expiry_alert_sent_at IS NULL OR expiry_date IS NOT NULL),
    CHECK (created_at < verified_at),
    CHECK (verified_at < expiry_alert_sent_at),
    CHECK (created_at <= updated_at)
);
CREATE INDEX supplier_documents_supplier ON supplier.supplier_documents (supplier_id, document_type);
CREATE INDEX supplier_documents_replaces ON supplier.supplier_documents (replaces_document_id);
CREATE INDEX supplier_documents_uploaded_by ON supplier.supplier_documents (uploaded_by);
CREATE INDEX supplier_documents_expiry ON supplier.supplier_documents (expiry_date) WHERE document_status = 'verified';
COMMENT ON TABLE supplier.supplier_documents IS 'Certificate, declaration or other paper of a supplier; a renewal is a new row that replaces the old one.';
COMMENT ON COLUMN supplier.supplier_documents.supplier_document_id IS 'Key.';
COMMENT ON COLUMN supplier.supplier_documents.supplier_id IS 'Supplier. -> master.suppliers(supplier_id)';
COMMENT ON COLUMN supplier.supplier_documents.document_type IS 'Kind of document.';
COMMENT ON COLUMN supplier.supplier_documents.document_number IS 'Number given by the issuer.';
COMMENT ON COLUMN supplier.supplier_documents.issuing_organization IS 'Issuer: certification body, insurer, authority, or the supplier itself.';
COMMENT ON COLUMN supplier.supplier_documents.issue_date IS 'Date of issue.';
COMMENT ON COLUMN supplier.supplier_documents.expiry_date IS 'First day on which it is no longer valid; NULL if unlimited.';
COMMENT ON COLUMN supplier.supplier_documents.replaces_document_id IS 'Document it renews; NULL for the first of its kind.';
COMMENT ON COLUMN supplier.supplier_documents.uploaded_by IS 'Portal user who uploaded it.';
COMMENT ON COLUMN supplier.supplier_documents.file_size_kb IS 'Size of the file [kB].';
COMMENT ON COLUMN supplier.supplier_documents.document_status IS 'submitted | verified | rejected | replaced (by a newer one) | expired.';
COMMENT ON COLUMN supplier.supplier_documents.verified_by IS 'Buyer who verified or rejected it; known then. -> master.employees(employee_id)';
COMMENT ON COLUMN supplier.supplier_documents.verified_at IS 'When it was verified or rejected; known then.';
COMMENT ON COLUMN supplier.supplier_documents.rejection_reason IS 'Why it was rejected; NULL unless rejected, about 1 in 40.';
COMMENT ON COLUMN supplier.supplier_documents.expiry_alert_sent_at IS 'When the supplier was warned of the expiry; NULL until then.';
COMMENT ON COLUMN supplier.supplier_documents.created_at IS 'When it was uploaded.';
COMMENT ON COLUMN supplier.supplier_documents.updated_at IS 'Last change of the row.';

CREATE TABLE supplier.supplier_audits (
    supplier_audit_id bigint PRIMARY KEY,
    audit_number text NOT NULL UNIQUE CHECK (audit_number ~ '^SA-S[0-9]{5}-[0-9]{8}$'),
    supplier_id integer NOT NULL,
    audit_type text NOT NULL CHECK (audit_type IN ('qualification', 'periodic', 'for_cause', 'follow_up')),
    audit_standard text NOT NULL CHECK (audit_standard IN ('iso_9001', 'iatf_16949', 'vda_6_3', 'iso_14001')),
    follows_audit_id bigint REFERENCES supplier.supplier_audits (supplier_audit_id),
    is_remote boolean NOT NULL,
    planned_date date NOT NULL,
    lead_auditor_id integer NOT NULL,
    audit_status text NOT NULL CHECK (audit_status IN ('planned', 'reported', 'closed', 'cancelled')),
    actual_date date,
    audit_duration_hours numeric(5, 1) CHECK (audit_duration_hours > 0),
    audit_score numeric(5, 2) CHECK (audit_score BETWEEN 0 AND 100),
    audit_rating text CHECK (audit_rating IN ('A', 'B', 'C')),
    major_findings smallint CHECK (major_findings >= 0),
    minor_findings smallint CHECK (minor_findings >= 0),
    observations smallint CHECK (observations >= 0),
    followup_date date,
    reported_at timestamptz,
    closed_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK ((audit_type = 'follow_up') = (follows_audit_id IS NOT NULL)),
    CHECK (follows_audit_id <> supplier_audit_id),
    CHECK (actual_date < followup_date),
    CHECK (num_nonnulls(actual_date, audit_duration_hours, audit_score, audit_rating, major_findings,
        minor_findings, observations, reported_at)
        = CASE WHEN audit_status IN ('reported', 'closed') THEN 8 ELSE 0 END),
    CHECK (followup_date IS NULL OR reported_at IS NOT NULL),
    CHECK (major_findings = 0 OR audit_rating <> 'A'),
    CHECK ((audit_status = 'closed') = (closed_at IS NOT NULL)),
    CHECK (created_at < reported_at),
    CHECK (reported_at <= closed_at),
    CHECK (created_at <= updated_at)
);
CREATE INDEX supplier_audits_supplier ON supplier.supplier_audits (supplier_id, planned_date);
CREATE INDEX supplier_audits_follows ON supplier.supplier_audits (follows_audit_id);
CREATE INDEX supplier_audits_lead_auditor ON supplier.supplier_audits (lead_auditor_id);
COMMENT ON TABLE supplier.supplier_audits IS 'Audit of a supplier by the company, from planning to the closing of its last finding.';
COMMENT ON COLUMN supplier.supplier_audits.supplier_audit_id IS 'Key.';
COMMENT ON COLUMN supplier.supplier_audits.audit_number IS 'Audit number: SA-<supplier>-<yyyymmdd of the planned day>.';
COMMENT ON COLUMN supplier.supplier_audits.supplier_id IS 'Supplier audited. -> master.suppliers(supplier_id)';
COMMENT ON COLUMN supplier.supplier_audits.audit_type IS 'qualification | periodic | for_cause (after bad lots) | follow_up.';
COMMENT ON COLUMN supplier.supplier_audits.audit_standard IS 'Standard audited against.';
COMMENT ON COLUMN supplier.supplier_audits.follows_audit_id IS 'Audit whose findings are checked; NULL unless follow_up.';
COMMENT ON COLUMN supplier.supplier_audits.is_remote IS 'Held by video; otherwise at the supplier''s plant.';
COMMENT ON COLUMN supplier.supplier_audits.planned_date IS 'Planned day.';
COMMENT ON COLUMN supplier.supplier_audits.lead_auditor_id IS 'Lead auditor. -> master.employees(employee_id)';
COMMENT ON COLUMN supplier.supplier_audits.audit_status IS 'planned | reported (held, findings issued) | closed (all findings closed) | cancelled.';
COMMENT ON COLUMN supplier.supplier_audits.actual_date IS 'Day it was held; known when reported, as are the columns from duration to observations.';
COMMENT ON COLUMN supplier.supplier_audits.audit_duration_hours IS 'Time spent at the supplier, hours.';
COMMENT ON COLUMN supplier.supplier_audits.audit_score IS 'Degree of fulfilment, 0 to 100 [points].';
COMMENT ON COLUMN supplier.supplier_audits.audit_rating IS 'A from 90 points and without major finding | B from 80, or downgraded | C: not capable.';
COMMENT ON COLUMN supplier.supplier_audits.major_findings IS 'Major findings issued.';
COMMENT ON COLUMN supplier.supplier_audits.minor_findings IS 'Minor findings issued.';
COMMENT ON COLUMN supplier.supplier_audits.observations IS 'Observations issued.';
COMMENT ON COLUMN supplier.supplier_audits.followup_date IS 'Day by which a follow-up audit is due; NULL if none is needed, about 3 in 4.';
COMMENT ON COLUMN supplier.supplier_audits.reported_at IS 'When the report was issued; known when reported.';
COMMENT ON COLUMN supplier.supplier_audits.closed_at IS 'When its last finding was closed; known when closed.';
COMMENT ON COLUMN supplier.supplier_audits.created_at IS 'When the audit was planned.';
COMMENT ON COLUMN supplier.supplier_audits.updated_at IS 'Last change of the row.';

CREATE TABLE supplier.audit_findings (
    audit_finding_id bigint PRIMARY KEY,
    supplier_audit_id bigint NOT NULL REFERENCES supplier.supplier_audits (supplier_audit_id),
    finding_number smallint NOT NULL CHECK (finding_number > 0),
    finding_type text NOT NULL CHECK (finding_type IN ('major', 'minor', 'observation')),
    finding_category text NOT NULL CHECK (finding_category IN
        ('process_control', 'document_control', 'calibration', 'traceability', 'competence', 'maintenance',
         'nonconforming_material', 'sub_suppliers', 'handling_and_storage')),
    requirement_reference text NOT NULL,
    target_date date,
    finding_status text NOT NULL CHECK (finding_status IN ('open', 'answered', 'closed')),
    root_cause text CHECK (root_cause IN ('method', 'machine', 'material', 'people', 'measurement', 'management')),
    answered_at timestamptz,
    closure_verified_by integer,
    closed_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (supplier_audit_id, finding_number),
    CHECK ((finding_type = 'observation') = (target_date IS NULL)),
    CHECK (finding_type <> 'observation' OR finding_status = 'closed'),
    CHECK (finding_status <> 'open' OR answered_at IS NULL),
    CHECK (finding_status = 'open' OR finding_type = 'observation' OR answered_at IS NOT NULL),
    CHECK ((answered_at IS NULL) = (root_cause IS NULL)),
    CHECK ((finding_status = 'closed') = (closed_at IS NOT NULL)),
    CHECK ((closed_at IS NULL) = (closure_verified_by IS NULL)),
    CHECK (created_at < answered_at),
    CHECK (answered_at < closed_at),
    CHECK (created_at <= closed_at),
    CHECK (created_at <= updated_at)
);
CREATE INDEX audit_findings_open ON supplier.audit_findings (target_date) WHERE finding_status <> 'closed';
COMMENT ON TABLE supplier.audit_findings IS 'Finding of a supplier audit. Observations ask for no answer and are closed when issued. A corrective action of quality management that it leads to names it there.';
COMMENT ON COLUMN supplier.audit_findings.audit_finding_id IS 'Key.';
COMMENT ON COLUMN supplier.audit_findings.supplier_audit_id IS 'Audit.';
COMMENT ON COLUMN supplier.audit_findings.finding_number IS 'Number within the audit, from 1.';
COMMENT ON COLUMN supplier.audit_findings.finding_type IS 'major | minor | observation.';
COMMENT ON COLUMN supplier.audit_findings.finding_category IS 'What it is about.';
COMMENT ON COLUMN supplier.audit_findings.requirement_reference IS 'Clause of the standard, such as 8.5.2.';
COMMENT ON COLUMN supplier.audit_findings.target_date IS 'Day by which the supplier must have corrected it; NULL for observations.';
COMMENT ON COLUMN supplier.audit_findings.finding_status IS 'open | answered (by the supplier, with cause and action) | closed (verified).';
COMMENT ON COLUMN supplier.audit_findings.root_cause IS 'Cause the supplier found; known when answered.';
COMMENT ON COLUMN supplier.audit_findings.answered_at IS 'When the supplier answered; known then, NULL for observations.';
COMMENT ON COLUMN supplier.audit_findings.closure_verified_by IS 'Auditor who closed it; known when closed. -> master.employees(employee_id)';
COMMENT ON COLUMN supplier.audit_findings.closed_at IS 'When it was closed; known when closed.';
COMMENT ON COLUMN supplier.audit_findings.created_at IS 'When it was issued, with the report.';
COMMENT ON COLUMN supplier.audit_findings.updated_at IS 'Last change of the row.';

CREATE TABLE supplier.supplier_qualification (
    supplier_qualification_id bigint PRIMARY KEY,
    qualification_number text NOT NULL UNIQUE CHECK (qualification_number ~ '^SQ-S[0-9]{5}-[0-9]{2,}$'),
    supplier_id integer NOT NULL,
    qualification_type text NOT NULL CHECK (qualification_type IN ('initial', 'scope_extension', 'requalification')),
    material_group text NOT NULL CHECK (material_group IN
        ('steel', 'aluminium', 'resin', 'chemical', 'packaging', 'purchased_part', 'electronic', 'mro')),
    requested_by integer NOT NULL,
    business_license_verified boolean NOT NULL,
    tax_registration_verified boolean NOT NULL,
    bank_details_verified boolean NOT NULL,
    quality_certificate_verified boolean NOT NULL,
    financial_health_score numeric(5, 2) CHECK (financial_health_score BETWEEN 0 AND 100),
    technical_capability_score numeric(5, 2) CHECK (technical_capability_score BETWEEN 0 AND 100),
    supplier_audit_id bigint REFERENCES supplier.supplier_audits (supplier_audit_id),
    sample_approved boolean,
    trial_order_passed boolean,
    qualification_status text NOT NULL CHECK (qualification_status IN
        ('in_progress', 'approved', 'conditionally_approved', 'rejected')),
    decided_by integer,
    decided_at timestamptz,
    rejection_reason text CHECK (rejection_reason IN
        ('papers', 'financial_health', 'capability', 'audit', 'samples', 'trial_order')),
    approval_valid_until date,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK ((decided_by IS NULL) = (decided_at IS NULL)),
    CHECK ((qualification_status = 'in_progress') = (decided_at IS NULL)),
    CHECK ((qualification_status = 'rejected') = (rejection_reason IS NOT NULL)),
    CHECK ((qualification_status IN ('approved', 'conditionally_approved')) = (approval_valid_until IS NOT NULL)),
    CHECK (qualification_status <> 'approved' OR (business_license_verified AND tax_registration_verified
        AND bank_details_verified AND financial_health_score IS NOT NULL
        AND technical_capability_score IS NOT NULL)),
    CHECK (qualification_status <> 'approved' OR coalesce(sample_approved, true)),
    CHECK (qualification_status <> 'approved' OR coalesce(trial_order_passed, true)),
    CHECK (trial_order_passed IS NULL OR sample_approved IS NOT NULL),
    CHECK (created_at < decided_at),
    CHECK (created_at <= updated_at)
);
CREATE INDEX supplier_qualification_supplier ON supplier.supplier_qualification (supplier_id, material_group);
CREATE INDEX supplier_qualification_audit ON supplier.supplier_qualification (supplier_audit_id);
CREATE INDEX supplier_qualification_open ON supplier.supplier_qualification (created_at) WHERE decided_at IS NULL;
COMMENT ON TABLE supplier.supplier_qualification IS 'Qualification of a supplier for a group of materials: papers, finances, capability, audit, samples, trial order, decision.';
COMMENT ON COLUMN supplier.supplier_qualification.supplier_qualification_id IS 'Key.';
COMMENT ON COLUMN supplier.supplier_qualification.qualification_number IS 'Case number: SQ-<supplier>-<number of its cases>.';
COMMENT ON COLUMN supplier.supplier_qualification.supplier_id IS 'Supplier. -> master.suppliers(supplier_id)';
COMMENT ON COLUMN supplier.supplier_qualification.qualification_type IS 'initial | scope_extension (another group) | requalification (approval runs out).';
COMMENT ON COLUMN supplier.supplier_qualification.material_group IS 'Group of materials it is to supply; mro is spares and services for maintenance.';
COMMENT ON COLUMN supplier.supplier_qualification.requested_by IS 'Buyer who runs the case. -> master.employees(employee_id)';
COMMENT ON COLUMN supplier.supplier_qualification.business_license_verified IS 'Business licence seen and valid, so far.';
COMMENT ON COLUMN supplier.supplier_qualification.tax_registration_verified IS 'Tax registration confirmed, so far.';
COMMENT ON COLUMN supplier.supplier_qualification.bank_details_verified IS 'Bank details confirmed by a second channel, so far.';
COMMENT ON COLUMN supplier.supplier_qualification.quality_certificate_verified IS 'Certificate of the quality system seen and valid, so far; not all groups ask for one.';
COMMENT ON COLUMN supplier.supplier_qualification.financial_health_score IS 'Financial health, 0 to 100 [points]; NULL until assessed.';
COMMENT ON COLUMN supplier.supplier_qualification.technical_capability_score IS 'Technical capability, 0 to 100 [points]; NULL until assessed.';
COMMENT ON COLUMN supplier.supplier_qualification.supplier_audit_id IS 'Qualification audit; NULL until planned, and for groups that ask for none.';
COMMENT ON COLUMN supplier.supplier_qualification.sample_approved IS 'Result of the samples; NULL until tested, and where none are asked for.';
COMMENT ON COLUMN supplier.supplier_qualification.trial_order_passed IS 'Result of the trial order; NULL until received, and where none is asked for.';
COMMENT ON COLUMN supplier.supplier_qualification.qualification_status IS 'in_progress | approved | conditionally_approved (limited in time and volume) | rejected.';
COMMENT ON COLUMN supplier.supplier_qualification.decided_by IS 'Who decided; known then. -> master.employees(employee_id)';
COMMENT ON COLUMN supplier.supplier_qualification.decided_at IS 'When it was decided; known then.';
COMMENT ON COLUMN supplier.supplier_qualification.rejection_reason IS 'Step that it failed; NULL unless rejected, about 1 in 20.';
COMMENT ON COLUMN supplier.supplier_qualification.approval_valid_until IS 'Last day of the approval; NULL unless approved.';
COMMENT ON COLUMN supplier.supplier_qualification.created_at IS 'When the case was opened.';
COMMENT ON COLUMN supplier.supplier_qualification.updated_at IS 'Last change of the row.';

-- Contracts.

CREATE TABLE supplier.supplier_contracts (
    supplier_contract_id integer PRIMARY KEY,
    contract_number text NOT NULL UNIQUE CHECK (contract_number ~ '^SC-S[0-9]{5}-[0-9]{4}-[0-9]{2}$'),
    supplier_id integer NOT NULL,
    contract_type text NOT NULL CHECK (contract_type IN
        ('frame_agreement', 'price_agreement', 'scheduling_agreement', 'service')),
    previous_contract_id integer REFERENCES supplier.supplier_contracts (supplier_contract_id),
    start_date date NOT NULL,
    end_date date NOT NULL,
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    payment_terms_days smallint NOT NULL CHECK (payment_terms_days > 0),
    incoterm text NOT NULL CHECK (incoterm IN ('EXW', 'FCA', 'DAP', 'DDP')),
    committed_annual_value numeric(14, 2) CHECK (committed_annual_value > 0),
    price_index text CHECK (price_index IN ('steel', 'aluminium', 'resin')),
    delay_penalty_percentage numeric(5, 2) NOT NULL CHECK (delay_penalty_percentage BETWEEN 0 AND 5),
    quality_ppm_max integer NOT NULL CHECK (quality_ppm_max > 0),
    auto_renew boolean NOT NULL,
    renewal_notice_days smallint NOT NULL CHECK (renewal_notice_days > 0),
    contract_status text NOT NULL CHECK (contract_status IN ('draft', 'active', 'expired', 'terminated')),
    buyer_id integer NOT NULL,
    approved_by integer,
    approved_at timestamptz,
    terminated_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (previous_contract_id <> supplier_contract_id),
    CHECK (start_date < end_date),
    CHECK (approved_by <> buyer_id),
    CHECK ((approved_by IS NULL) = (approved_at IS NULL)),
    CHECK ((contract_status = 'draft') = (approved_at IS NULL)),
    CHECK ((contract_status = 'terminated') = (terminated_at IS NOT NULL)),
    CHECK (created_at < approved_at),
    CHECK (approved_at < terminated_at),
    CHECK (created_at <= updated_at)
);
CREATE INDEX supplier_contracts_supplier ON supplier.supplier_contracts (supplier_id, start_date);
CREATE INDEX supplier_contracts_previous ON supplier.supplier_contracts (previous_contract_id);
CREATE INDEX supplier_contracts_running ON supplier.supplier_contracts (end_date) WHERE contract_status = 'active';
COMMENT ON TABLE supplier.supplier_contracts IS 'Contract with a supplier; a renewal is a new row that succeeds the old one.';
COMMENT ON COLUMN supplier.supplier_contracts.supplier_contract_id IS 'Key.';
COMMENT ON COLUMN supplier.supplier_contracts.contract_number IS 'Contract number: SC-<supplier>-<year it starts>-<sequence>.';
COMMENT ON COLUMN supplier.supplier_contracts.supplier_id IS 'Supplier. -> master.suppliers(supplier_id)';
COMMENT ON COLUMN supplier.supplier_contracts.contract_type IS 'frame_agreement (committed value) | price_agreement (prices only) | scheduling_agreement (releases from the forecast) | service.';
COMMENT ON COLUMN supplier.supplier_contracts.previous_contract_id IS 'Contract it renews; NULL for the first one.';
COMMENT ON COLUMN supplier.supplier_contracts.start_date IS 'First day.';
COMMENT ON COLUMN supplier.supplier_contracts.end_date IS 'Last day by the contract, whether terminated before or not.';
COMMENT ON COLUMN supplier.supplier_contracts.currency IS 'Currency of prices and value, ISO 4217.';
COMMENT ON COLUMN supplier.supplier_contracts.payment_terms_days IS 'Payment terms, days net from the invoice date.';
COMMENT ON COLUMN supplier.supplier_contracts.incoterm IS 'Delivery terms, Incoterms 2020.';
COMMENT ON COLUMN supplier.supplier_contracts.committed_annual_value IS 'Value the company committed to buy in a year [currency]; NULL if none.';
COMMENT ON COLUMN supplier.supplier_contracts.price_index IS 'Commodity whose index the prices follow: steel | aluminium | resin; NULL if they do not.';
COMMENT ON COLUMN supplier.supplier_contracts.delay_penalty_percentage IS 'Penalty for each week of delay, % of the value delayed; 0 if not agreed.';
COMMENT ON COLUMN supplier.supplier_contracts.quality_ppm_max IS 'Agreed ceiling of defective parts, ppm.';
COMMENT ON COLUMN supplier.supplier_contracts.auto_renew IS 'Renews itself unless notice is given.';
COMMENT ON COLUMN supplier.supplier_contracts.renewal_notice_days IS 'Notice before the end, days.';
COMMENT ON COLUMN supplier.supplier_contracts.contract_status IS 'draft | active (approved, possibly not yet begun) | expired | terminated (before its end; rare).';
COMMENT ON COLUMN supplier.supplier_contracts.buyer_id IS 'Buyer who negotiated it. -> master.employees(employee_id)';
COMMENT ON COLUMN supplier.supplier_contracts.approved_by IS 'Who signed for the company; known when approved. -> master.employees(employee_id)';
COMMENT ON COLUMN supplier.supplier_contracts.approved_at IS 'When it was signed; known when approved.';
COMMENT ON COLUMN supplier.supplier_contracts.terminated_at IS 'When it was terminated; NULL unless terminated, which is rare.';
COMMENT ON COLUMN supplier.supplier_contracts.created_at IS 'When the draft was entered.';
COMMENT ON COLUMN supplier.supplier_contracts.updated_at IS 'Last change of the row.';

CREATE TABLE supplier.contract_pricing (
    contract_pricing_id bigint PRIMARY KEY,
    supplier_contract_id integer NOT NULL REFERENCES supplier.supplier_contracts (supplier_contract_id),
    material_id integer NOT NULL,
    unit_price numeric(14, 2) NOT NULL CHECK (unit_price > 0),
    price_unit smallint NOT NULL CHECK (price_unit IN (1, 100, 1000)),
    effective_from date NOT NULL,
    effective_to date,
    price_change_reason text NOT NULL CHECK (price_change_reason IN ('new_contract', 'index', 'negotiation', 'volume')),
    previous_unit_price numeric(14, 2) CHECK (previous_unit_price > 0),
    minimum_order_quantity integer NOT NULL CHECK (minimum_order_quantity > 0),
    standard_lead_time_days smallint NOT NULL CHECK (standard_lead_time_days > 0),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (supplier_contract_id, material_id, effective_from),
    CHECK (effective_from <= effective_to),
    CHECK (price_change_reason = 'new_contract' OR previous_unit_price IS NOT NULL),
    CHECK (created_at <= updated_at)
);
CREATE INDEX contract_pricing_material ON supplier.contract_pricing (material_id, effective_from);
COMMENT ON TABLE supplier.contract_pricing IS 'Price of a material under a contract, with its validity; validities of one material do not overlap within a contract.';
COMMENT ON COLUMN supplier.contract_pricing.contract_pricing_id IS 'Key.';
COMMENT ON COLUMN supplier.contract_pricing.supplier_contract_id IS 'Contract.';
COMMENT ON COLUMN supplier.contract_pricing.material_id IS 'Material. -> master.materials(material_id)';
COMMENT ON COLUMN supplier.contract_pricing.unit_price IS 'Price of price_unit base units, in the currency of the contract.';
COMMENT ON COLUMN supplier.contract_pricing.price_unit IS 'Quantity the price is for [base units].';
COMMENT ON COLUMN supplier.contract_pricing.effective_from IS 'First day of the price.';
COMMENT ON COLUMN supplier.contract_pricing.effective_to IS 'Last day of the price; NULL until the next price is agreed or the contract ends.';
COMMENT ON COLUMN supplier.contract_pricing.price_change_reason IS 'new_contract | index (commodity) | negotiation | volume (a scale of quantity was reached).';
COMMENT ON COLUMN supplier.contract_pricing.previous_unit_price IS 'Price before, for the same price_unit, of the contract before it if new; NULL for the first one.';
COMMENT ON COLUMN supplier.contract_pricing.minimum_order_quantity IS 'Minimum order quantity [base units].';
COMMENT ON COLUMN supplier.contract_pricing.standard_lead_time_days IS 'Agreed lead time, calendar days.';
COMMENT ON COLUMN supplier.contract_pricing.created_at IS 'When the price was entered.';
COMMENT ON COLUMN supplier.contract_pricing.updated_at IS 'Last change of the row.';

-- Requests of the company's own people.

CREATE TABLE supplier.purchase_requisitions (
    purchase_requisition_id bigint PRIMARY KEY,
    requisition_number text NOT NULL UNIQUE CHECK (requisition_number ~ '^SPR-F[0-9]+-[0-9]{8}-[0-9]{2,}$'),
    requisition_type text NOT NULL CHECK (requisition_type IN ('material', 'mro')),
    requested_by integer NOT NULL,
    factory_id integer NOT NULL,
    department_id integer NOT NULL,
    cost_center_code text NOT NULL,
    requisition_date date NOT NULL,
    required_by_date date NOT NULL,
    justification text NOT NULL CHECK (justification IN
        ('stock_low', 'breakdown', 'planned_maintenance', 'project', 'trial', 'replacement', 'safety')),
    priority text NOT NULL CHECK (priority IN ('normal', 'urgent', 'emergency')),
    estimated_total_usd numeric(14, 2) NOT NULL CHECK (estimated_total_usd > 0),
    approval_level smallint NOT NULL CHECK (approval_level BETWEEN 1 AND 3),
    requisition_status text NOT NULL CHECK (requisition_status IN
        ('draft', 'submitted', 'approved', 'rejected', 'cancelled', 'converted')),
    submitted_at timestamptz,
    decided_by integer,
    decided_at timestamptz,
    rejection_reason text CHECK (rejection_reason IN ('budget', 'not_needed', 'in_stock', 'incomplete')),
    cancelled_at timestamptz,
    converted_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (requisition_date <= required_by_date),
    CHECK (decided_by <> requested_by),
    CHECK ((decided_by IS NULL) = (decided_at IS NULL)),
    CHECK (requisition_status <> 'draft' OR submitted_at IS NULL),
    CHECK (requisition_status IN ('draft', 'cancelled') OR submitted_at IS NOT NULL),
    CHECK ((requisition_status IN ('approved', 'rejected', 'converted')) = (decided_at IS NOT NULL)),
    CHECK ((requisition_status = 'rejected') = (rejection_reason IS NOT NULL)),
    CHECK ((requisition_status = 'cancelled') = (cancelled_at IS NOT NULL)),
    CHECK ((requisition_status = 'converted') = (converted_at IS NOT NULL)),
    CHECK (created_at < submitted_at),
    CHECK (submitted_at < decided_at),
    CHECK (decided_at < converted_at),
    CHECK (created_at < cancelled_at),
    CHECK (created_at <= updated_at)
);
CREATE INDEX purchase_requisitions_department ON supplier.purchase_requisitions (department_id, requisition_date);
CREATE INDEX purchase_requisitions_requested_by ON supplier.purchase_requisitions (requested_by);
CREATE INDEX purchase_requisitions_undecided ON supplier.purchase_requisitions (submitted_at)
    WHERE requisition_status = 'submitted';
COMMENT ON TABLE supplier.purchase_requisitions IS 'Request of an employee to buy something. Once approved, it becomes one requisition in ERP, which names it as its source.';
COMMENT ON COLUMN supplier.purchase_requisitions.purchase_requisition_id IS 'Key.';
COMMENT ON COLUMN supplier.purchase_requisitions.requisition_number IS 'Request number: SPR-F<factory>-<yyyymmdd>-<sequence>.';
COMMENT ON COLUMN supplier.purchase_requisitions.requisition_type IS 'material (beyond what planning orders) | mro (spares, tools and supplies).';
COMMENT ON COLUMN supplier.purchase_requisitions.requested_by IS 'Who asks. -> master.employees(employee_id)';
COMMENT ON COLUMN supplier.purchase_requisitions.factory_id IS 'Factory to deliver to. -> master.factories(factory_id)';
COMMENT ON COLUMN supplier.purchase_requisitions.department_id IS 'Department that asks. -> master.departments(department_id)';
COMMENT ON COLUMN supplier.purchase_requisitions.cost_center_code IS 'Cost centre to charge; mostly the department''s own. -> erp.cost_centers(cost_center_code)';
COMMENT ON COLUMN supplier.purchase_requisitions.requisition_date IS 'Day of the request, factory-local.';
COMMENT ON COLUMN supplier.purchase_requisitions.required_by_date IS 'Day by which all lines are needed.';
COMMENT ON COLUMN supplier.purchase_requisitions.justification IS 'Why it is needed.';
COMMENT ON COLUMN supplier.purchase_requisitions.priority IS 'normal | urgent | emergency (production is down).';
COMMENT ON COLUMN supplier.purchase_requisitions.estimated_total_usd IS 'Estimate, USD: sum of the lines.';
COMMENT ON COLUMN supplier.purchase_requisitions.approval_level IS 'Who must approve, by the estimate: 1 superior, 2 plant manager, 3 controller too.';
COMMENT ON COLUMN supplier.purchase_requisitions.requisition_status IS 'draft | submitted | approved | rejected | cancelled (by the requester) | converted (taken over by ERP).';
COMMENT ON COLUMN supplier.purchase_requisitions.submitted_at IS 'When it was submitted; NULL until then, and if cancelled before.';
COMMENT ON COLUMN supplier.purchase_requisitions.decided_by IS 'Who approved or rejected it last; known then. -> master.employees(employee_id)';
COMMENT ON COLUMN supplier.purchase_requisitions.decided_at IS 'When it was approved or rejected; known then.';
COMMENT ON COLUMN supplier.purchase_requisitions.rejection_reason IS 'budget | not_needed | in_stock | incomplete; NULL unless rejected, about 1 in 12.';
COMMENT ON COLUMN supplier.purchase_requisitions.cancelled_at IS 'When it was cancelled, before any decision; NULL unless cancelled, about 1 in 40.';
COMMENT ON COLUMN supplier.purchase_requisitions.converted_at IS 'When ERP took it over; known then.';
COMMENT ON COLUMN supplier.purchase_requisitions.created_at IS 'When the draft was saved.';
COMMENT ON COLUMN supplier.purchase_requisitions.updated_at IS 'Last change of the row.';

CREATE TABLE supplier.purchase_requisition_lines (
    purchase_requisition_line_id bigint PRIMARY KEY,
    purchase_requisition_id bigint NOT NULL REFERENCES supplier.purchase_requisitions (purchase_requisition_id),
    line_number smallint NOT NULL CHECK (line_number > 0),
    material_id integer,
    mro_part_id integer,
    quantity numeric(14, 3) NOT NULL CHECK (quantity > 0),
    unit_of_measure text NOT NULL CHECK (unit_of_measure IN ('kg', 'pcs')),
    estimated_unit_price_usd numeric(14, 2) NOT NULL CHECK (estimated_unit_price_usd > 0),
    estimated_total_usd numeric(14, 2) NOT NULL,
    preferred_supplier_id integer,
    required_by_date date NOT NULL,
    created_at timestamptz NOT NULL,
    UNIQUE (purchase_requisition_id, line_number),
    CHECK (unit_of_measure <> 'pcs' OR quantity = trunc(quantity)),
    CHECK (num_nonnulls(material_id, mro_part_id) = 1),
    CHECK (estimated_total_usd = round(quantity * estimated_unit_price_usd, 2))
);
CREATE INDEX purchase_requisition_lines_material ON supplier.purchase_requisition_lines (material_id);
CREATE INDEX purchase_requisition_lines_mro_part ON supplier.purchase_requisition_lines (mro_part_id);
COMMENT ON TABLE supplier.purchase_requisition_lines IS 'Line of an employee''s request; final when saved.';
COMMENT ON COLUMN supplier.purchase_requisition_lines.purchase_requisition_line_id IS 'Key.';
COMMENT ON COLUMN supplier.purchase_requisition_lines.purchase_requisition_id IS 'Request.';
COMMENT ON COLUMN supplier.purchase_requisition_lines.line_number IS 'Number of the line, from 1.';
COMMENT ON COLUMN supplier.purchase_requisition_lines.material_id IS 'Material; NULL for a spare part. -> master.materials(material_id)';
COMMENT ON COLUMN supplier.purchase_requisition_lines.mro_part_id IS 'Spare part; NULL for a material. -> cmms.mro_parts(mro_part_id)';
COMMENT ON COLUMN supplier.purchase_requisition_lines.quantity IS 'Quantity in the unit of measure.';
COMMENT ON COLUMN supplier.purchase_requisition_lines.unit_of_measure IS 'kg | pcs.';
COMMENT ON COLUMN supplier.purchase_requisition_lines.estimated_unit_price_usd IS 'Estimated price of one unit, USD.';
COMMENT ON COLUMN supplier.purchase_requisition_lines.estimated_total_usd IS 'Estimate, USD.';
COMMENT ON COLUMN supplier.purchase_requisition_lines.preferred_supplier_id IS 'Supplier the requester suggests; NULL without one, about 1 in 2. -> master.suppliers(supplier_id)';
COMMENT ON COLUMN supplier.purchase_requisition_lines.required_by_date IS 'Day by which the line is needed.';
COMMENT ON COLUMN supplier.purchase_requisition_lines.created_at IS 'When the line was saved, with its request.';

-- Requests for quotation, bids and awards.

CREATE TABLE supplier.rfq_headers (
    rfq_header_id bigint PRIMARY KEY,
    rfq_number text NOT NULL UNIQUE CHECK (rfq_number ~ '^RFQ-F[0-9]+-[0-9]{8}-[0-9]{2,}$'),
    rfq_type text NOT NULL CHECK (rfq_type IN ('spot', 'new_part', 'contract_renewal')),
    factory_id integer NOT NULL,
    requested_by integer NOT NULL,
    purchase_requisition_id bigint REFERENCES supplier.purchase_requisitions (purchase_requisition_id),
    rfq_date date NOT NULL,
    response_deadline date NOT NULL,
    expected_delivery_date date NOT NULL,
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    total_estimated_value numeric(14, 2) NOT NULL CHECK (total_estimated_value > 0),
    payment_terms_days smallint NOT NULL CHECK (payment_terms_days > 0),
    incoterm text NOT NULL CHECK (incoterm IN ('EXW', 'FCA', 'DAP', 'DDP')),
    rfq_status text NOT NULL CHECK (rfq_status IN ('draft', 'published', 'closed', 'awarded', 'cancelled')),
    published_at timestamptz,
    closed_at timestamptz,
    awarded_at timestamptz,
    cancelled_at timestamptz,
    cancellation_reason text CHECK (cancellation_reason IN ('no_bids', 'prices_too_high', 'demand_gone')),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (rfq_date < response_deadline),
    CHECK (response_deadline < expected_delivery_date),
    CHECK (rfq_status <> 'draft' OR published_at IS NULL),
    CHECK (rfq_status IN ('draft', 'cancelled') OR published_at IS NOT NULL),
    CHECK (rfq_status NOT IN ('draft', 'published') OR closed_at IS NULL),
    CHECK (rfq_status NOT IN ('closed', 'awarded') OR closed_at IS NOT NULL),
    CHECK ((rfq_status = 'awarded') = (awarded_at IS NOT NULL)),
    CHECK ((rfq_status = 'cancelled') = (cancelled_at IS NOT NULL)),
    CHECK ((cancelled_at IS NULL) = (cancellation_reason IS NULL)),
    CHECK (created_at < published_at),
    CHECK (published_at < closed_at),
    CHECK (closed_at < awarded_at),
    CHECK (created_at < cancelled_at),
    CHECK (greatest(published_at, closed_at) < cancelled_at),
    CHECK (created_at <= updated_at)
);
CREATE INDEX rfq_headers_date ON supplier.rfq_headers (rfq_date);
CREATE INDEX rfq_headers_requisition ON supplier.rfq_headers (purchase_requisition_id);
CREATE INDEX rfq_headers_open ON supplier.rfq_headers (response_deadline)
    WHERE rfq_status IN ('published', 'closed');
COMMENT ON TABLE supplier.rfq_headers IS 'Request for quotation, from draft to award.';
COMMENT ON COLUMN supplier.rfq_headers.rfq_header_id IS 'Key.';
COMMENT ON COLUMN supplier.rfq_headers.rfq_number IS 'Request number: RFQ-F<factory>-<yyyymmdd>-<sequence>.';
COMMENT ON COLUMN supplier.rfq_headers.rfq_type IS 'spot (one purchase) | new_part | contract_renewal.';
COMMENT ON COLUMN supplier.rfq_headers.factory_id IS 'Factory to deliver to. -> master.factories(factory_id)';
COMMENT ON COLUMN supplier.rfq_headers.requested_by IS 'Buyer. -> master.employees(employee_id)';
COMMENT ON COLUMN supplier.rfq_headers.purchase_requisition_id IS 'Employee''s request behind it; NULL if it came from planning, about 4 in 5.';
COMMENT ON COLUMN supplier.rfq_headers.rfq_date IS 'Date of the request.';
COMMENT ON COLUMN supplier.rfq_headers.response_deadline IS 'Last day for bids; it ends at midnight UTC.';
COMMENT ON COLUMN supplier.rfq_headers.expected_delivery_date IS 'Day by which delivery is expected; the first day of deliveries of a contract.';
COMMENT ON COLUMN supplier.rfq_headers.currency IS 'Currency of estimate and target prices, and of the comparison, ISO 4217.';
COMMENT ON COLUMN supplier.rfq_headers.total_estimated_value IS 'Estimate: sum of the lines [currency].';
COMMENT ON COLUMN supplier.rfq_headers.payment_terms_days IS 'Payment terms asked for, days net from the invoice date.';
COMMENT ON COLUMN supplier.rfq_headers.incoterm IS 'Delivery terms asked for, Incoterms 2020.';
COMMENT ON COLUMN supplier.rfq_headers.rfq_status IS 'draft | published | closed (deadline passed) | awarded | cancelled.';
COMMENT ON COLUMN supplier.rfq_headers.published_at IS 'When the suppliers were invited; known when published.';
COMMENT ON COLUMN supplier.rfq_headers.closed_at IS 'When bidding was closed, after the deadline; known when closed.';
COMMENT ON COLUMN supplier.rfq_headers.awarded_at IS 'When all lines were awarded; known when awarded.';
COMMENT ON COLUMN supplier.rfq_headers.cancelled_at IS 'When it was cancelled; NULL unless cancelled, about 1 in 20.';
COMMENT ON COLUMN supplier.rfq_headers.cancellation_reason IS 'no_bids | prices_too_high | demand_gone; NULL unless cancelled.';
COMMENT ON COLUMN supplier.rfq_headers.created_at IS 'When the draft was saved.';
COMMENT ON COLUMN supplier.rfq_headers.updated_at IS 'Last change of the row.';

CREATE TABLE supplier.rfq_lines (
    rfq_line_id bigint PRIMARY KEY,
    rfq_header_id bigint NOT NULL REFERENCES supplier.rfq_headers (rfq_header_id),
    line_number smallint NOT NULL CHECK (line_number > 0),
    material_id integer NOT NULL,
    erp_requisition_line_id bigint,
    quantity numeric(14, 3) NOT NULL CHECK (quantity > 0),
    unit_of_measure text NOT NULL CHECK (unit_of_measure IN ('kg', 'pcs')),
    target_price numeric(14, 2) NOT NULL CHECK (target_price > 0),
    price_unit smallint NOT NULL CHECK (price_unit IN (1, 100, 1000)),
    estimated_total numeric(14, 2) NOT NULL,
    required_by_date date NOT NULL,
    created_at timestamptz NOT NULL,
    UNIQUE (rfq_header_id, line_number),
    CHECK (unit_of_measure <> 'pcs' OR quantity = trunc(quantity)),
    CHECK (estimated_total = round(quantity * target_price / price_unit, 2))
);
CREATE INDEX rfq_lines_material ON supplier.rfq_lines (material_id);
CREATE INDEX rfq_lines_requisition_line ON supplier.rfq_lines (erp_requisition_line_id);
COMMENT ON TABLE supplier.rfq_lines IS 'Item asked for in a request for quotation; final when saved.';
COMMENT ON COLUMN supplier.rfq_lines.rfq_line_id IS 'Key.';
COMMENT ON COLUMN supplier.rfq_lines.rfq_header_id IS 'Request for quotation.';
COMMENT ON COLUMN supplier.rfq_lines.line_number IS 'Number of the line, from 1.';
COMMENT ON COLUMN supplier.rfq_lines.material_id IS 'Material. -> master.materials(material_id)';
COMMENT ON COLUMN supplier.rfq_lines.erp_requisition_line_id IS 'Line of the ERP requisition to be covered; NULL for contract renewals. -> erp.purchase_requisition_lines(purchase_requisition_line_id)';
COMMENT ON COLUMN supplier.rfq_lines.quantity IS 'Quantity in the unit of measure; of a year for contract renewals.';
COMMENT ON COLUMN supplier.rfq_lines.unit_of_measure IS 'Base unit of the material: kg | pcs.';
COMMENT ON COLUMN supplier.rfq_lines.target_price IS 'Target price of price_unit units, in the currency of the request.';
COMMENT ON COLUMN supplier.rfq_lines.price_unit IS 'Quantity the price is for, in the unit of measure.';
COMMENT ON COLUMN supplier.rfq_lines.estimated_total IS 'Value at the target price, in the currency of the request.';
COMMENT ON COLUMN supplier.rfq_lines.required_by_date IS 'Day by which the line is needed.';
COMMENT ON COLUMN supplier.rfq_lines.created_at IS 'When the line was saved, with its request.';

CREATE TABLE supplier.rfq_suppliers (
    rfq_supplier_id bigint PRIMARY KEY,
    rfq_header_id bigint NOT NULL REFERENCES supplier.rfq_headers (rfq_header_id),
    supplier_id integer NOT NULL,
    invitation_method text NOT NULL CHECK (invitation_method IN ('portal', 'email')),
    response_status text NOT NULL CHECK (response_status IN
        ('invited', 'viewed', 'declined', 'responded', 'no_response')),
    viewed_at timestamptz,
    responded_at timestamptz,
    decline_reason text CHECK (decline_reason IN
        ('no_capacity', 'not_in_range', 'quantity_too_small', 'lead_time', 'terms')),
    is_shortlisted boolean,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (rfq_header_id, supplier_id),
    CHECK (response_status <> 'invited' OR viewed_at IS NULL),
    CHECK (response_status IN ('invited', 'no_response') OR viewed_at IS NOT NULL),
    CHECK ((response_status IN ('declined', 'responded')) = (responded_at IS NOT NULL)),
    CHECK ((response_status = 'declined') = (decline_reason IS NOT NULL)),
    CHECK (is_shortlisted IS NULL OR response_status = 'responded'),
    CHECK (created_at < viewed_at),
    CHECK (viewed_at < responded_at),
    CHECK (created_at <= updated_at)
);
CREATE INDEX rfq_suppliers_supplier ON supplier.rfq_suppliers (supplier_id, created_at);
COMMENT ON TABLE supplier.rfq_suppliers IS 'Invitation of a supplier to bid on a request for quotation.';
COMMENT ON COLUMN supplier.rfq_suppliers.rfq_supplier_id IS 'Key.';
COMMENT ON COLUMN supplier.rfq_suppliers.rfq_header_id IS 'Request for quotation.';
COMMENT ON COLUMN supplier.rfq_suppliers.supplier_id IS 'Supplier invited. -> master.suppliers(supplier_id)';
COMMENT ON COLUMN supplier.rfq_suppliers.invitation_method IS 'portal | email (with a link to the portal).';
COMMENT ON COLUMN supplier.rfq_suppliers.response_status IS 'invited | viewed | declined | responded (bid submitted) | no_response (deadline passed).';
COMMENT ON COLUMN supplier.rfq_suppliers.viewed_at IS 'When the supplier first opened it; NULL until then.';
COMMENT ON COLUMN supplier.rfq_suppliers.responded_at IS 'When it declined or submitted its bid; NULL until then.';
COMMENT ON COLUMN supplier.rfq_suppliers.decline_reason IS 'Why it declined; NULL unless declined.';
COMMENT ON COLUMN supplier.rfq_suppliers.is_shortlisted IS 'The bid was compared in full; NULL until the comparison, and without a bid.';
COMMENT ON COLUMN supplier.rfq_suppliers.created_at IS 'When the supplier was invited.';
COMMENT ON COLUMN supplier.rfq_suppliers.updated_at IS 'Last change of the row.';

CREATE TABLE supplier.rfq_responses (
    rfq_response_id bigint PRIMARY KEY,
    response_number text NOT NULL UNIQUE CHECK (response_number ~ '^RSP-F[0-9]+-[0-9]{8}-[0-9]{2,}-S[0-9]{5}$'),
    rfq_header_id bigint NOT NULL REFERENCES supplier.rfq_headers (rfq_header_id),
    supplier_id integer NOT NULL,
    submitted_by integer NOT NULL REFERENCES supplier.supplier_portal_users (supplier_portal_user_id),
    response_date timestamptz NOT NULL,
    is_late boolean NOT NULL,
    valid_until_date date NOT NULL,
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    payment_terms_days smallint NOT NULL CHECK (payment_terms_days > 0),
    incoterm text NOT NULL CHECK (incoterm IN ('EXW', 'FCA', 'DAP', 'DDP')),
    total_quoted_value numeric(14, 2) NOT NULL CHECK (total_quoted_value > 0),
    response_status text NOT NULL CHECK (response_status IN
        ('submitted', 'withdrawn', 'excluded', 'awarded', 'partially_awarded', 'not_awarded')),
    decided_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (rfq_header_id, supplier_id),
    FOREIGN KEY (rfq_header_id, supplier_id) REFERENCES supplier.rfq_suppliers (rfq_header_id, supplier_id),
    CHECK ((response_status = 'submitted') = (decided_at IS NULL)),
    CHECK (NOT is_late OR response_status IN ('submitted', 'withdrawn', 'excluded')),
    CHECK (response_date <= created_at),
    CHECK (created_at < decided_at),
    CHECK (created_at <= updated_at)
);
CREATE INDEX rfq_responses_supplier ON supplier.rfq_responses (supplier_id, response_date);
CREATE INDEX rfq_responses_submitted_by ON supplier.rfq_responses (submitted_by);
COMMENT ON TABLE supplier.rfq_responses IS 'Bid of an invited supplier; one each.';
COMMENT ON COLUMN supplier.rfq_responses.rfq_response_id IS 'Key.';
COMMENT ON COLUMN supplier.rfq_responses.response_number IS 'Bid number: RSP-<factory, date and sequence of the request>-<supplier>.';
COMMENT ON COLUMN supplier.rfq_responses.rfq_header_id IS 'Request for quotation; with the supplier it names an invitation.';
COMMENT ON COLUMN supplier.rfq_responses.supplier_id IS 'Supplier. -> master.suppliers(supplier_id)';
COMMENT ON COLUMN supplier.rfq_responses.submitted_by IS 'Portal user who submitted it.';
COMMENT ON COLUMN supplier.rfq_responses.response_date IS 'When it was submitted.';
COMMENT ON COLUMN supplier.rfq_responses.is_late IS 'Submitted after the deadline: excluded, and not passed on to ERP.';
COMMENT ON COLUMN supplier.rfq_responses.valid_until_date IS 'Last day on which the supplier is bound by it.';
COMMENT ON COLUMN supplier.rfq_responses.currency IS 'Currency of the bid, the supplier''s, ISO 4217.';
COMMENT ON COLUMN supplier.rfq_responses.payment_terms_days IS 'Payment terms offered, days net from the invoice date.';
COMMENT ON COLUMN supplier.rfq_responses.incoterm IS 'Delivery terms offered, Incoterms 2020.';
COMMENT ON COLUMN supplier.rfq_responses.total_quoted_value IS 'Sum of the lines [currency].';
COMMENT ON COLUMN supplier.rfq_responses.response_status IS 'submitted | withdrawn (by the supplier; rare) | excluded (late or incomplete) | awarded (all lines) | partially_awarded | not_awarded.';
COMMENT ON COLUMN supplier.rfq_responses.decided_at IS 'When it was withdrawn, excluded or decided; NULL while submitted.';
COMMENT ON COLUMN supplier.rfq_responses.created_at IS 'When the portal recorded it.';
COMMENT ON COLUMN supplier.rfq_responses.updated_at IS 'Last change of the row.';

CREATE TABLE supplier.rfq_response_lines (
    rfq_response_line_id bigint PRIMARY KEY,
    rfq_response_id bigint NOT NULL REFERENCES supplier.rfq_responses (rfq_response_id),
    rfq_line_id bigint NOT NULL REFERENCES supplier.rfq_lines (rfq_line_id),
    offered_quantity numeric(14, 3) NOT NULL CHECK (offered_quantity > 0),
    unit_price numeric(14, 2) NOT NULL CHECK (unit_price > 0),
    price_unit smallint NOT NULL CHECK (price_unit IN (1, 100, 1000)),
    total_price numeric(14, 2) NOT NULL,
    minimum_order_quantity integer NOT NULL CHECK (minimum_order_quantity > 0),
    lead_time_days smallint NOT NULL CHECK (lead_time_days > 0),
    delivery_date date NOT NULL,
    meets_specifications boolean NOT NULL,
    is_awarded boolean,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (rfq_response_id, rfq_line_id),
    CHECK (total_price = round(offered_quantity * unit_price / price_unit, 2)),
    CHECK (meets_specifications OR NOT coalesce(is_awarded, false)),
    CHECK (created_at <= updated_at)
);
CREATE INDEX rfq_response_lines_rfq_line ON supplier.rfq_response_lines (rfq_line_id);
COMMENT ON TABLE supplier.rfq_response_lines IS 'Line of a bid. Of the bids on an awarded line exactly one is awarded.';
COMMENT ON COLUMN supplier.rfq_response_lines.rfq_response_line_id IS 'Key.';
COMMENT ON COLUMN supplier.rfq_response_lines.rfq_response_id IS 'Bid.';
COMMENT ON COLUMN supplier.rfq_response_lines.rfq_line_id IS 'Item asked for; of the same request as the bid.';
COMMENT ON COLUMN supplier.rfq_response_lines.offered_quantity IS 'Quantity offered, in the unit of the item; may be less than asked for.';
COMMENT ON COLUMN supplier.rfq_response_lines.unit_price IS 'Price of price_unit units, in the currency of the bid.';
COMMENT ON COLUMN supplier.rfq_response_lines.price_unit IS 'Quantity the price is for, in the unit of the item.';
COMMENT ON COLUMN supplier.rfq_response_lines.total_price IS 'Value offered, in the currency of the bid.';
COMMENT ON COLUMN supplier.rfq_response_lines.minimum_order_quantity IS 'Minimum order quantity, in the unit of the item.';
COMMENT ON COLUMN supplier.rfq_response_lines.lead_time_days IS 'Lead time offered, calendar days from the order.';
COMMENT ON COLUMN supplier.rfq_response_lines.delivery_date IS 'First day of delivery offered.';
COMMENT ON COLUMN supplier.rfq_response_lines.meets_specifications IS 'Offered as specified; otherwise with a deviation.';
COMMENT ON COLUMN supplier.rfq_response_lines.is_awarded IS 'Won the item; NULL until decided.';
COMMENT ON COLUMN supplier.rfq_response_lines.created_at IS 'When the line was recorded, with its bid.';
COMMENT ON COLUMN supplier.rfq_response_lines.updated_at IS 'Last change of the row.';

CREATE TABLE supplier.quote_comparison (
    quote_comparison_id bigint PRIMARY KEY,
    rfq_header_id bigint NOT NULL UNIQUE REFERENCES supplier.rfq_headers (rfq_header_id),
    recommended_response_id bigint NOT NULL REFERENCES supplier.rfq_responses (rfq_response_id),
    runner_up_response_id bigint REFERENCES supplier.rfq_responses (rfq_response_id),
    responses_compared smallint NOT NULL CHECK (responses_compared > 0),
    price_weight numeric(5, 2) NOT NULL CHECK (price_weight >= 0),
    quality_weight numeric(5, 2) NOT NULL CHECK (quality_weight >= 0),
    delivery_weight numeric(5, 2) NOT NULL CHECK (delivery_weight >= 0),
    service_weight numeric(5, 2) NOT NULL CHECK (service_weight >= 0),
    recommended_score numeric(5, 2) NOT NULL CHECK (recommended_score BETWEEN 0 AND 100),
    runner_up_score numeric(5, 2) CHECK (runner_up_score BETWEEN 0 AND 100),
    recommended_value numeric(14, 2) NOT NULL CHECK (recommended_value > 0),
    lowest_value numeric(14, 2) NOT NULL CHECK (lowest_value > 0),
    compared_by integer NOT NULL,
    comparison_status text NOT NULL CHECK (comparison_status IN ('proposed', 'approved', 'refused')),
    decided_by integer,
    decided_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (runner_up_response_id <> recommended_response_id),
    CHECK ((responses_compared = 1) = (runner_up_response_id IS NULL)),
    CHECK ((runner_up_response_id IS NULL) = (runner_up_score IS NULL)),
    CHECK (price_weight + quality_weight + delivery_weight + service_weight = 100),
    CHECK (lowest_value <= recommended_value),
    CHECK (decided_by <> compared_by),
    CHECK ((decided_by IS NULL) = (decided_at IS NULL)),
    CHECK ((comparison_status = 'proposed') = (decided_at IS NULL)),
    CHECK (created_at < decided_at),
    CHECK (created_at <= updated_at)
);
CREATE INDEX quote_comparison_recommended ON supplier.quote_comparison (recommended_response_id);
CREATE INDEX quote_comparison_runner_up ON supplier.quote_comparison (runner_up_response_id);
COMMENT ON TABLE supplier.quote_comparison IS 'Comparison of the bids on a request for quotation, with the proposal to award; values at the exchange rates of the day.';
COMMENT ON COLUMN supplier.quote_comparison.quote_comparison_id IS 'Key.';
COMMENT ON COLUMN supplier.quote_comparison.rfq_header_id IS 'Request for quotation; one comparison each, none without bids.';
COMMENT ON COLUMN supplier.quote_comparison.recommended_response_id IS 'Bid with the highest score; wins what it offers as specified, other lines go to the next best.';
COMMENT ON COLUMN supplier.quote_comparison.runner_up_response_id IS 'Bid with the second highest score; NULL if only one was compared.';
COMMENT ON COLUMN supplier.quote_comparison.responses_compared IS 'Bids compared.';
COMMENT ON COLUMN supplier.quote_comparison.price_weight IS 'Weight of price [%]; the weights add up to 100 and differ by the kind of request.';
COMMENT ON COLUMN supplier.quote_comparison.quality_weight IS 'Weight of quality [%].';
COMMENT ON COLUMN supplier.quote_comparison.delivery_weight IS 'Weight of lead time and punctuality [%].';
COMMENT ON COLUMN supplier.quote_comparison.service_weight IS 'Weight of service and terms [%].';
COMMENT ON COLUMN supplier.quote_comparison.recommended_score IS 'Weighted score of the bid recommended, 0 to 100 [points].';
COMMENT ON COLUMN supplier.quote_comparison.runner_up_score IS 'Weighted score of the second best, 0 to 100 [points]; NULL without one.';
COMMENT ON COLUMN supplier.quote_comparison.recommended_value IS 'Value of the bid recommended, in the currency of the request.';
COMMENT ON COLUMN supplier.quote_comparison.lowest_value IS 'Value of the cheapest bid compared, in the currency of the request.';
COMMENT ON COLUMN supplier.quote_comparison.compared_by IS 'Buyer who compared. -> master.employees(employee_id)';
COMMENT ON COLUMN supplier.quote_comparison.comparison_status IS 'proposed | approved | refused (the request is cancelled; about 1 in 40).';
COMMENT ON COLUMN supplier.quote_comparison.decided_by IS 'Who approved or refused the proposal; known then. -> master.employees(employee_id)';
COMMENT ON COLUMN supplier.quote_comparison.decided_at IS 'When it was approved or refused; known then.';
COMMENT ON COLUMN supplier.quote_comparison.created_at IS 'When the bids were compared.';
COMMENT ON COLUMN supplier.quote_comparison.updated_at IS 'Last change of the row.';

-- Purchase orders as suppliers see them. A replica has the key of the order in ERP. It is written by a flow and
-- read by tables that the module writes: references to it are declared, so that neither waits for the other.

CREATE TABLE supplier.portal_purchase_orders (
    portal_purchase_order_id bigint PRIMARY KEY,
    po_number text NOT NULL UNIQUE,
    supplier_id integer NOT NULL,
    po_date date NOT NULL,
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    payment_terms_days smallint NOT NULL CHECK (payment_terms_days > 0),
    incoterm text NOT NULL CHECK (incoterm IN ('EXW', 'FCA', 'DAP', 'DDP')),
    line_count smallint NOT NULL CHECK (line_count > 0),
    total_net_value numeric(14, 2) NOT NULL CHECK (total_net_value >= 0),
    po_status text NOT NULL CHECK (po_status IN ('released', 'partially_received', 'received', 'closed', 'cancelled')),
    version integer NOT NULL CHECK (version > 0),
    released_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (released_at <= created_at),
    CHECK (created_at <= updated_at)
);
CREATE INDEX portal_purchase_orders_supplier ON supplier.portal_purchase_orders (supplier_id, po_date);
COMMENT ON TABLE supplier.portal_purchase_orders IS 'Purchase order as its supplier sees it: released orders only, in their latest version. Written by flow: purchase orders to supplier.';
COMMENT ON COLUMN supplier.portal_purchase_orders.portal_purchase_order_id IS 'Key: that of the order in ERP. -> erp.purchase_orders(purchase_order_id)';
COMMENT ON COLUMN supplier.portal_purchase_orders.po_number IS 'Number of the order.';
COMMENT ON COLUMN supplier.portal_purchase_orders.supplier_id IS 'Supplier, the only one that sees it. -> master.suppliers(supplier_id)';
COMMENT ON COLUMN supplier.portal_purchase_orders.po_date IS 'Date of the order.';
COMMENT ON COLUMN supplier.portal_purchase_orders.currency IS 'Currency of the order, ISO 4217.';
COMMENT ON COLUMN supplier.portal_purchase_orders.payment_terms_days IS 'Payment terms, days net from the invoice date.';
COMMENT ON COLUMN supplier.portal_purchase_orders.incoterm IS 'Delivery terms, Incoterms 2020.';
COMMENT ON COLUMN supplier.portal_purchase_orders.line_count IS 'Number of lines.';
COMMENT ON COLUMN supplier.portal_purchase_orders.total_net_value IS 'Sum of the lines that are not cancelled, net [currency].';
COMMENT ON COLUMN supplier.portal_purchase_orders.po_status IS 'released | partially_received | received | closed | cancelled.';
COMMENT ON COLUMN supplier.portal_purchase_orders.version IS 'Version of the order, from 1; a change order raises it, the highest one wins.';
COMMENT ON COLUMN supplier.portal_purchase_orders.released_at IS 'When the order was released in ERP.';
COMMENT ON COLUMN supplier.portal_purchase_orders.created_at IS 'When the portal first received the order.';
COMMENT ON COLUMN supplier.portal_purchase_orders.updated_at IS 'Last change of the row.';

CREATE TABLE supplier.portal_purchase_order_lines (
    portal_purchase_order_line_id bigint PRIMARY KEY,
    portal_purchase_order_id bigint NOT NULL REFERENCES supplier.portal_purchase_orders (portal_purchase_order_id),
    line_number smallint NOT NULL CHECK (line_number > 0),
    material_id integer,
    mro_part_id integer,
    warehouse_id integer NOT NULL,
    order_quantity numeric(14, 3) NOT NULL CHECK (order_quantity > 0),
    received_quantity numeric(14, 3) NOT NULL CHECK (received_quantity >= 0),
    unit_of_measure text NOT NULL CHECK (unit_of_measure IN ('kg', 'pcs')),
    unit_price numeric(14, 2) NOT NULL CHECK (unit_price > 0),
    price_unit smallint NOT NULL CHECK (price_unit IN (1, 100, 1000)),
    line_value numeric(14, 2) NOT NULL,
    delivery_date date NOT NULL,
    line_status text NOT NULL CHECK (line_status IN ('open', 'partially_received', 'received', 'closed', 'cancelled')),
    version integer NOT NULL CHECK (version > 0),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (portal_purchase_order_id, line_number),
    CHECK (num_nonnulls(material_id, mro_part_id) = 1),
    CHECK (line_value = round(order_quantity * unit_price / price_unit, 2)),
    CHECK (line_status <> 'open' OR received_quantity = 0),
    CHECK (line_status NOT IN ('partially_received', 'received') OR received_quantity > 0),
    CHECK (created_at <= updated_at)
);
CREATE INDEX portal_purchase_order_lines_material ON supplier.portal_purchase_order_lines (material_id);
CREATE INDEX portal_purchase_order_lines_mro_part ON supplier.portal_purchase_order_lines (mro_part_id);
CREATE INDEX portal_purchase_order_lines_due ON supplier.portal_purchase_order_lines (delivery_date)
    WHERE line_status IN ('open', 'partially_received');
COMMENT ON TABLE supplier.portal_purchase_order_lines IS 'Line of a purchase order as its supplier sees it. Written by flow: purchase orders to supplier.';
COMMENT ON COLUMN supplier.portal_purchase_order_lines.portal_purchase_order_line_id IS 'Key: that of the line in ERP. -> erp.purchase_order_lines(purchase_order_line_id)';
COMMENT ON COLUMN supplier.portal_purchase_order_lines.portal_purchase_order_id IS 'Order.';
COMMENT ON COLUMN supplier.portal_purchase_order_lines.line_number IS 'Number of the line in the order.';
COMMENT ON COLUMN supplier.portal_purchase_order_lines.material_id IS 'Material; NULL for a spare part. -> master.materials(material_id)';
COMMENT ON COLUMN supplier.portal_purchase_order_lines.mro_part_id IS 'Spare part; NULL for a material. -> cmms.mro_parts(mro_part_id)';
COMMENT ON COLUMN supplier.portal_purchase_order_lines.warehouse_id IS 'Warehouse to deliver to. -> master.warehouses(warehouse_id)';
COMMENT ON COLUMN supplier.portal_purchase_order_lines.order_quantity IS 'Quantity ordered, in the unit of measure.';
COMMENT ON COLUMN supplier.portal_purchase_order_lines.received_quantity IS 'Quantity received so far, in the unit of measure; may exceed the order slightly.';
COMMENT ON COLUMN supplier.portal_purchase_order_lines.unit_of_measure IS 'Order unit: kg | pcs.';
COMMENT ON COLUMN supplier.portal_purchase_order_lines.unit_price IS 'Price of price_unit units, in the currency of the order.';
COMMENT ON COLUMN supplier.portal_purchase_order_lines.price_unit IS 'Quantity the price is for, in the unit of measure.';
COMMENT ON COLUMN supplier.portal_purchase_order_lines.line_value IS 'Net value of the line, in the currency of the order.';
COMMENT ON COLUMN supplier.portal_purchase_order_lines.delivery_date IS 'Delivery date asked for.';
COMMENT ON COLUMN supplier.portal_purchase_order_lines.line_status IS 'open | partially_received | received | closed (no more to come) | cancelled.';
COMMENT ON COLUMN supplier.portal_purchase_order_lines.version IS 'Version of the line, from 1; the highest one wins.';
COMMENT ON COLUMN supplier.portal_purchase_order_lines.created_at IS 'When the portal first received the line.';
COMMENT ON COLUMN supplier.portal_purchase_order_lines.updated_at IS 'Last change of the row.';

CREATE TABLE supplier.po_acknowledgements (
    po_acknowledgement_id bigint PRIMARY KEY,
    portal_purchase_order_id bigint NOT NULL,
    po_version integer NOT NULL CHECK (po_version > 0),
    supplier_id integer NOT NULL,
    acknowledged_by integer NOT NULL REFERENCES supplier.supplier_portal_users (supplier_portal_user_id),
    acknowledged_at timestamptz NOT NULL,
    acknowledgement_type text NOT NULL CHECK (acknowledgement_type IN ('accepted', 'accepted_with_changes', 'refused')),
    supplier_order_number text,
    promised_delivery_date date,
    change_reason text CHECK (change_reason IN
        ('capacity', 'raw_material', 'transport', 'quantity', 'price', 'discontinued')),
    review_status text NOT NULL CHECK (review_status IN ('not_needed', 'pending', 'agreed', 'disagreed')),
    reviewed_by integer,
    reviewed_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (portal_purchase_order_id, po_version),
    CHECK ((acknowledgement_type = 'refused') = (supplier_order_number IS NULL)),
    CHECK ((acknowledgement_type = 'refused') = (promised_delivery_date IS NULL)),
    CHECK ((acknowledgement_type = 'accepted') = (change_reason IS NULL)),
    CHECK ((acknowledgement_type = 'accepted') = (review_status = 'not_needed')),
    CHECK ((review_status IN ('agreed', 'disagreed')) = (reviewed_at IS NOT NULL)),
    CHECK ((reviewed_at IS NULL) = (reviewed_by IS NULL)),
    CHECK (acknowledged_at <= created_at),
    CHECK (created_at < reviewed_at),
    CHECK (created_at <= updated_at)
);
CREATE INDEX po_acknowledgements_acknowledged_by ON supplier.po_acknowledgements (acknowledged_by);
CREATE INDEX po_acknowledgements_supplier ON supplier.po_acknowledgements (supplier_id, acknowledged_at);
CREATE INDEX po_acknowledgements_pending ON supplier.po_acknowledgements (created_at) WHERE review_status = 'pending';
COMMENT ON TABLE supplier.po_acknowledgements IS 'Supplier''s answer to one version of a purchase order; after it the order is expected on the promised date.';
COMMENT ON COLUMN supplier.po_acknowledgements.po_acknowledgement_id IS 'Key.';
COMMENT ON COLUMN supplier.po_acknowledgements.portal_purchase_order_id IS 'Order. -> supplier.portal_purchase_orders(portal_purchase_order_id)';
COMMENT ON COLUMN supplier.po_acknowledgements.po_version IS 'Version of the order that is answered; above 1 only after a change order.';
COMMENT ON COLUMN supplier.po_acknowledgements.supplier_id IS 'Supplier. -> master.suppliers(supplier_id)';
COMMENT ON COLUMN supplier.po_acknowledgements.acknowledged_by IS 'Portal user who answered.';
COMMENT ON COLUMN supplier.po_acknowledgements.acknowledged_at IS 'When the supplier answered.';
COMMENT ON COLUMN supplier.po_acknowledgements.acknowledgement_type IS 'accepted | accepted_with_changes | refused (about 1 in 100).';
COMMENT ON COLUMN supplier.po_acknowledgements.supplier_order_number IS 'The supplier''s number of the order; NULL if refused.';
COMMENT ON COLUMN supplier.po_acknowledgements.promised_delivery_date IS 'Day on which the last line is promised; NULL if refused.';
COMMENT ON COLUMN supplier.po_acknowledgements.change_reason IS 'Why it was changed or refused; NULL if accepted as it is.';
COMMENT ON COLUMN supplier.po_acknowledgements.review_status IS 'not_needed (accepted) | pending | agreed | disagreed: what the buyer says to a change or refusal.';
COMMENT ON COLUMN supplier.po_acknowledgements.reviewed_by IS 'Buyer who reviewed it; known then, NULL if not needed. -> master.employees(employee_id)';
COMMENT ON COLUMN supplier.po_acknowledgements.reviewed_at IS 'When it was reviewed; known then, NULL if not needed.';
COMMENT ON COLUMN supplier.po_acknowledgements.created_at IS 'When the portal recorded it.';
COMMENT ON COLUMN supplier.po_acknowledgements.updated_at IS 'Last change of the row.';

CREATE TABLE supplier.advance_ship_notices (
    advance_ship_notice_id bigint PRIMARY KEY,
    asn_number text NOT NULL CHECK (asn_number ~ '^ASN-S[0-9]{5}-[0-9]{8}-[0-9]{2,}$'),
    asn_line_number smallint NOT NULL CHECK (asn_line_number > 0),
    supplier_id integer NOT NULL,
    portal_purchase_order_line_id bigint NOT NULL,
    submitted_by integer REFERENCES supplier.supplier_portal_users (supplier_portal_user_id),
    delivery_note_number text NOT NULL,
    supplier_lot_number text NOT NULL,
    shipped_quantity numeric(14, 3) NOT NULL CHECK (shipped_quantity > 0),
    unit_of_measure text NOT NULL CHECK (unit_of_measure IN ('kg', 'pcs')),
    package_count smallint NOT NULL CHECK (package_count > 0),
    gross_weight_kg numeric(14, 3) NOT NULL CHECK (gross_weight_kg > 0),
    manufactured_date date NOT NULL,
    expiry_date date,
    certificate_attached boolean NOT NULL,
    transport_mode text NOT NULL CHECK (transport_mode IN ('road', 'rail', 'sea', 'air', 'parcel')),
    shipped_at timestamptz NOT NULL,
    planned_arrival_at timestamptz NOT NULL,
    arrived_at timestamptz,
    received_at timestamptz,
    asn_status text NOT NULL CHECK (asn_status IN ('in_transit', 'arrived', 'received', 'lost')),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (asn_number, asn_line_number),
    CHECK (unit_of_measure <> 'pcs' OR shipped_quantity = trunc(shipped_quantity)),
    CHECK (manufactured_date < expiry_date),
    CHECK (shipped_at < planned_arrival_at),
    CHECK (shipped_at <= created_at),
    CHECK (shipped_at < arrived_at),
    CHECK (arrived_at < received_at),
    CHECK ((asn_status IN ('arrived', 'received')) = (arrived_at IS NOT NULL)),
    CHECK ((asn_status = 'received') = (received_at IS NOT NULL)),
    CHECK (created_at <= updated_at)
);
CREATE INDEX advance_ship_notices_order_line ON supplier.advance_ship_notices (portal_purchase_order_line_id);
CREATE INDEX advance_ship_notices_submitted_by ON supplier.advance_ship_notices (submitted_by);
CREATE INDEX advance_ship_notices_supplier ON supplier.advance_ship_notices (supplier_id, shipped_at);
CREATE INDEX advance_ship_notices_expected ON supplier.advance_ship_notices (planned_arrival_at)
    WHERE asn_status = 'in_transit';
COMMENT ON TABLE supplier.advance_ship_notices IS 'Line of an advance ship notice: one lot for one order line, on its way. The lines of one notice share its number.';
COMMENT ON COLUMN supplier.advance_ship_notices.advance_ship_notice_id IS 'Key.';
COMMENT ON COLUMN supplier.advance_ship_notices.asn_number IS 'Number of the notice: ASN-<supplier>-<yyyymmdd of dispatch>-<sequence>.';
COMMENT ON COLUMN supplier.advance_ship_notices.asn_line_number IS 'Number of the line in the notice, from 1.';
COMMENT ON COLUMN supplier.advance_ship_notices.supplier_id IS 'Supplier. -> master.suppliers(supplier_id)';
COMMENT ON COLUMN supplier.advance_ship_notices.portal_purchase_order_line_id IS 'Order line delivered. -> supplier.portal_purchase_order_lines(portal_purchase_order_line_id)';
COMMENT ON COLUMN supplier.advance_ship_notices.submitted_by IS 'Portal user who announced it; NULL if sent by EDI, about 1 in 3.';
COMMENT ON COLUMN supplier.advance_ship_notices.delivery_note_number IS 'The supplier''s delivery note.';
COMMENT ON COLUMN supplier.advance_ship_notices.supplier_lot_number IS 'The supplier''s lot.';
COMMENT ON COLUMN supplier.advance_ship_notices.shipped_quantity IS 'Quantity shipped, in the unit of measure.';
COMMENT ON COLUMN supplier.advance_ship_notices.unit_of_measure IS 'Unit of the order line: kg | pcs.';
COMMENT ON COLUMN supplier.advance_ship_notices.package_count IS 'Pallets, drums or cartons.';
COMMENT ON COLUMN supplier.advance_ship_notices.gross_weight_kg IS 'Gross weight, kg.';
COMMENT ON COLUMN supplier.advance_ship_notices.manufactured_date IS 'Date of manufacture of the lot.';
COMMENT ON COLUMN supplier.advance_ship_notices.expiry_date IS 'Use-by date of the lot; NULL if its shelf life is unlimited.';
COMMENT ON COLUMN supplier.advance_ship_notices.certificate_attached IS 'Certificate of conformity of the lot attached.';
COMMENT ON COLUMN supplier.advance_ship_notices.transport_mode IS 'road | rail | sea | air | parcel.';
COMMENT ON COLUMN supplier.advance_ship_notices.shipped_at IS 'When it left the supplier.';
COMMENT ON COLUMN supplier.advance_ship_notices.planned_arrival_at IS 'Estimated arrival, last revised.';
COMMENT ON COLUMN supplier.advance_ship_notices.arrived_at IS 'Arrival at the gate; known then.';
COMMENT ON COLUMN supplier.advance_ship_notices.received_at IS 'When the goods receipt was posted; known then.';
COMMENT ON COLUMN supplier.advance_ship_notices.asn_status IS 'in_transit | arrived | received | lost (rare: never arrives).';
COMMENT ON COLUMN supplier.advance_ship_notices.created_at IS 'When the portal recorded it.';
COMMENT ON COLUMN supplier.advance_ship_notices.updated_at IS 'Last change of the row.';

-- Invoices and their match with order and receipt.

CREATE TABLE supplier.supplier_invoices (
    supplier_invoice_id bigint PRIMARY KEY,
    invoice_number text NOT NULL UNIQUE CHECK (invoice_number ~ '^SI-S[0-9]{5}-[0-9]{8}-[0-9]{2,}$'),
    supplier_invoice_number text NOT NULL,
    invoice_type text NOT NULL CHECK (invoice_type IN ('after_receipt', 'before_receipt', 'credit_note')),
    supplier_id integer NOT NULL,
    company_id integer NOT NULL,
    purchase_order_id bigint NOT NULL,
    credited_invoice_id bigint REFERENCES supplier.supplier_invoices (supplier_invoice_id),
    submitted_via text NOT NULL CHECK (submitted_via IN ('portal', 'edi', 'email', 'paper')),
    submitted_by integer REFERENCES supplier.supplier_portal_users (supplier_portal_user_id),
    invoice_date date NOT NULL,
    due_date date NOT NULL,
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    subtotal numeric(14, 2) NOT NULL,
    freight_charges numeric(14, 2) NOT NULL,
    tax_rate_percentage numeric(5, 2) NOT NULL CHECK (tax_rate_percentage BETWEEN 0 AND 30),
    tax_amount numeric(14, 2) NOT NULL,
    total_amount numeric(14, 2) NOT NULL,
    matching_status text NOT NULL CHECK (matching_status IN ('pending', 'matched', 'variance', 'variance_approved')),
    variance_reason text CHECK (variance_reason IN ('price', 'quantity', 'price_and_quantity')),
    variance_approved_by integer,
    variance_approved_at timestamptz,
    invoice_status text NOT NULL CHECK (invoice_status IN ('received', 'blocked', 'rejected', 'posted', 'paid')),
    rejection_reason text CHECK (rejection_reason IN ('duplicate', 'wrong_company', 'price', 'quantity')),
    exchange_rate_usd numeric(18, 8) CHECK (exchange_rate_usd > 0),
    journal_entry_id bigint,
    posted_at timestamptz,
    paid_date date,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (credited_invoice_id <> supplier_invoice_id),
    CHECK ((invoice_type = 'credit_note') = (credited_invoice_id IS NOT NULL)),
    CHECK (CASE invoice_type WHEN 'credit_note' THEN subtotal < 0 AND freight_charges = 0
        ELSE subtotal > 0 AND freight_charges >= 0 END),
    CHECK (submitted_by IS NULL OR submitted_via = 'portal'),
    CHECK (submitted_via <> 'portal' OR submitted_by IS NOT NULL),
    CHECK (invoice_date <= due_date),
    CHECK (invoice_date <= paid_date),
    CHECK (tax_amount = round((subtotal + freight_charges) * tax_rate_percentage / 100, 2)),
    CHECK (total_amount = subtotal + freight_charges + tax_amount),
    CHECK (CASE invoice_status
        WHEN 'received' THEN matching_status = 'pending'
        WHEN 'blocked' THEN matching_status = 'variance'
        WHEN 'rejected' THEN matching_status IN ('pending', 'variance')
        ELSE matching_status IN ('matched', 'variance_approved')
    END),
    CHECK ((matching_status IN ('variance', 'variance_approved')) = (variance_reason IS NOT NULL)),
    CHECK ((matching_status = 'variance_approved') = (variance_approved_at IS NOT NULL)),
    CHECK ((variance_approved_at IS NULL) = (variance_approved_by IS NULL)),
    CHECK ((invoice_status = 'rejected') = (rejection_reason IS NOT NULL)),
    CHECK (num_nonnulls(posted_at, journal_entry_id, exchange_rate_usd)
        = CASE WHEN invoice_status IN ('posted', 'paid') THEN 3 ELSE 0 END),
    CHECK (currency <> 'USD' OR exchange_rate_usd = 1),
    CHECK ((invoice_status = 'paid') = (paid_date IS NOT NULL)),
    CHECK (created_at < variance_approved_at),
    CHECK (created_at < posted_at),
    CHECK (variance_approved_at <= posted_at),
    CHECK (created_at <= updated_at)
);
CREATE INDEX supplier_invoices_supplier ON supplier.supplier_invoices (supplier_id, supplier_invoice_number);
CREATE INDEX supplier_invoices_order ON supplier.supplier_invoices (purchase_order_id);
CREATE INDEX supplier_invoices_credited ON supplier.supplier_invoices (credited_invoice_id);
CREATE INDEX supplier_invoices_submitted_by ON supplier.supplier_invoices (submitted_by);
CREATE INDEX supplier_invoices_journal ON supplier.supplier_invoices (journal_entry_id);
CREATE INDEX supplier_invoices_due ON supplier.supplier_invoices (due_date) WHERE invoice_status = 'posted';
CREATE INDEX supplier_invoices_open ON supplier.supplier_invoices (created_at)
    WHERE invoice_status IN ('received', 'blocked');
COMMENT ON TABLE supplier.supplier_invoices IS 'Invoice or credit note of a supplier for one purchase order, from receipt to payment. What is payable: the totals posted, credit notes being negative.';
COMMENT ON COLUMN supplier.supplier_invoices.supplier_invoice_id IS 'Key.';
COMMENT ON COLUMN supplier.supplier_invoices.invoice_number IS 'The company''s number: SI-<supplier>-<yyyymmdd of receipt>-<sequence>.';
COMMENT ON COLUMN supplier.supplier_invoices.supplier_invoice_number IS 'The supplier''s number; twice only where a duplicate was rejected.';
COMMENT ON COLUMN supplier.supplier_invoices.invoice_type IS 'after_receipt | before_receipt (the invoice came before the goods and waits for them) | credit_note (for goods returned or overcharged).';
COMMENT ON COLUMN supplier.supplier_invoices.supplier_id IS 'Supplier. -> master.suppliers(supplier_id)';
COMMENT ON COLUMN supplier.supplier_invoices.company_id IS 'Company invoiced. -> master.companies(company_id)';
COMMENT ON COLUMN supplier.supplier_invoices.purchase_order_id IS 'Purchase order. -> erp.purchase_orders(purchase_order_id)';
COMMENT ON COLUMN supplier.supplier_invoices.credited_invoice_id IS 'Invoice that is credited; NULL unless a credit note.';
COMMENT ON COLUMN supplier.supplier_invoices.submitted_via IS 'portal | edi | email | paper.';
COMMENT ON COLUMN supplier.supplier_invoices.submitted_by IS 'Portal user who submitted it; NULL unless through the portal.';
COMMENT ON COLUMN supplier.supplier_invoices.invoice_date IS 'Date on the invoice.';
COMMENT ON COLUMN supplier.supplier_invoices.due_date IS 'Invoice date plus the payment terms of the order; of a credit note at once.';
COMMENT ON COLUMN supplier.supplier_invoices.currency IS 'Currency of all amounts, that of the order, ISO 4217.';
COMMENT ON COLUMN supplier.supplier_invoices.subtotal IS 'Sum of the lines, net [currency]; negative in a credit note.';
COMMENT ON COLUMN supplier.supplier_invoices.freight_charges IS 'Freight, net [currency]; 0 where the delivery terms include it.';
COMMENT ON COLUMN supplier.supplier_invoices.tax_rate_percentage IS 'Rate of value-added or sales tax, %; 0 across borders.';
COMMENT ON COLUMN supplier.supplier_invoices.tax_amount IS 'Tax on lines and freight [currency].';
COMMENT ON COLUMN supplier.supplier_invoices.total_amount IS 'Payable: lines, freight and tax [currency].';
COMMENT ON COLUMN supplier.supplier_invoices.matching_status IS 'pending | matched (every line) | variance (at least one line) | variance_approved.';
COMMENT ON COLUMN supplier.supplier_invoices.variance_reason IS 'What differs: price | quantity | price_and_quantity; NULL without a variance.';
COMMENT ON COLUMN supplier.supplier_invoices.variance_approved_by IS 'Who accepted the variance; NULL unless approved. -> master.employees(employee_id)';
COMMENT ON COLUMN supplier.supplier_invoices.variance_approved_at IS 'When the last variance was accepted; NULL unless approved.';
COMMENT ON COLUMN supplier.supplier_invoices.invoice_status IS 'received | blocked (variance) | rejected (returned to the supplier) | posted (payable) | paid.';
COMMENT ON COLUMN supplier.supplier_invoices.rejection_reason IS 'duplicate | wrong_company | price | quantity; NULL unless rejected, about 1 in 80.';
COMMENT ON COLUMN supplier.supplier_invoices.exchange_rate_usd IS 'Rate of the day of posting [USD per unit]; known when posted.';
COMMENT ON COLUMN supplier.supplier_invoices.journal_entry_id IS 'Accounting document; known when posted. -> erp.journal_entries(journal_entry_id)';
COMMENT ON COLUMN supplier.supplier_invoices.posted_at IS 'When it was posted; known when posted.';
COMMENT ON COLUMN supplier.supplier_invoices.paid_date IS 'Day of the payment run that paid or offset it; known when paid.';
COMMENT ON COLUMN supplier.supplier_invoices.created_at IS 'When it was received.';
COMMENT ON COLUMN supplier.supplier_invoices.updated_at IS 'Last change of the row.';

CREATE TABLE supplier.supplier_invoice_lines (
    supplier_invoice_line_id bigint PRIMARY KEY,
    supplier_invoice_id bigint NOT NULL REFERENCES supplier.supplier_invoices (supplier_invoice_id),
    line_number smallint NOT NULL CHECK (line_number > 0),
    purchase_order_line_id bigint NOT NULL,
    goods_receipt_line_id bigint,
    material_id integer,
    invoiced_quantity numeric(14, 3) NOT NULL CHECK (invoiced_quantity <> 0),
    unit_of_measure text NOT NULL CHECK (unit_of_measure IN ('kg', 'pcs')),
    unit_price numeric(14, 2) NOT NULL CHECK (unit_price > 0),
    price_unit smallint NOT NULL CHECK (price_unit IN (1, 100, 1000)),
    line_total numeric(14, 2) NOT NULL,
    match_status text NOT NULL CHECK (match_status IN
        ('pending', 'matched', 'variance', 'variance_approved', 'rejected')),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (supplier_invoice_id, line_number),
    CHECK (unit_of_measure <> 'pcs' OR invoiced_quantity = trunc(invoiced_quantity)),
    CHECK (line_total = round(invoiced_quantity * unit_price / price_unit, 2)),
    CHECK (match_status NOT IN ('matched', 'variance', 'variance_approved') OR goods_receipt_line_id IS NOT NULL),
    CHECK (created_at <= updated_at)
);
CREATE INDEX supplier_invoice_lines_order_line ON supplier.supplier_invoice_lines (purchase_order_line_id);
CREATE INDEX supplier_invoice_lines_receipt_line ON supplier.supplier_invoice_lines (goods_receipt_line_id);
CREATE INDEX supplier_invoice_lines_material ON supplier.supplier_invoice_lines (material_id);
COMMENT ON TABLE supplier.supplier_invoice_lines IS 'Line of a supplier''s invoice: what it charges for one receipt of an order line.';
COMMENT ON COLUMN supplier.supplier_invoice_lines.supplier_invoice_line_id IS 'Key.';
COMMENT ON COLUMN supplier.supplier_invoice_lines.supplier_invoice_id IS 'Invoice.';
COMMENT ON COLUMN supplier.supplier_invoice_lines.line_number IS 'Number of the line, from 1.';
COMMENT ON COLUMN supplier.supplier_invoice_lines.purchase_order_line_id IS 'Order line. -> erp.purchase_order_lines(purchase_order_line_id)';
COMMENT ON COLUMN supplier.supplier_invoice_lines.goods_receipt_line_id IS 'Receipt it charges or credits; NULL until the goods are received. -> erp.goods_receipt_lines(goods_receipt_line_id)';
COMMENT ON COLUMN supplier.supplier_invoice_lines.material_id IS 'Material; NULL for a spare part. -> master.materials(material_id)';
COMMENT ON COLUMN supplier.supplier_invoice_lines.invoiced_quantity IS 'Quantity charged, in the unit of measure; negative in a credit note.';
COMMENT ON COLUMN supplier.supplier_invoice_lines.unit_of_measure IS 'Unit of the order line: kg | pcs.';
COMMENT ON COLUMN supplier.supplier_invoice_lines.unit_price IS 'Price charged for price_unit units, in the currency of the invoice.';
COMMENT ON COLUMN supplier.supplier_invoice_lines.price_unit IS 'Quantity the price is for, in the unit of measure.';
COMMENT ON COLUMN supplier.supplier_invoice_lines.line_total IS 'Net amount, in the currency of the invoice.';
COMMENT ON COLUMN supplier.supplier_invoice_lines.match_status IS 'pending | matched | variance | variance_approved | rejected (with its invoice); as the last row of the match log says.';
COMMENT ON COLUMN supplier.supplier_invoice_lines.created_at IS 'When it was received, with its invoice.';
COMMENT ON COLUMN supplier.supplier_invoice_lines.updated_at IS 'Last change of the row.';

CREATE TABLE supplier.three_way_match_log (
    three_way_match_log_id bigint PRIMARY KEY,
    supplier_invoice_line_id bigint NOT NULL REFERENCES supplier.supplier_invoice_lines (supplier_invoice_line_id),
    attempt_number smallint NOT NULL CHECK (attempt_number > 0),
    match_timestamp timestamptz NOT NULL,
    purchase_order_line_id bigint NOT NULL,
    goods_receipt_line_id bigint,
    ordered_quantity numeric(14, 3) NOT NULL CHECK (ordered_quantity > 0),
    received_quantity numeric(14, 3) NOT NULL CHECK (received_quantity >= 0),
    invoiced_quantity numeric(14, 3) NOT NULL CHECK (invoiced_quantity <> 0),
    po_unit_price numeric(14, 2) NOT NULL CHECK (po_unit_price > 0),
    invoice_unit_price numeric(14, 2) NOT NULL CHECK (invoice_unit_price > 0),
    price_unit smallint NOT NULL CHECK (price_unit IN (1, 100, 1000)),
    tolerance_percentage numeric(5, 2) NOT NULL CHECK (tolerance_percentage >= 0),
    expected_amount numeric(14, 2) NOT NULL,
    actual_amount numeric(14, 2) NOT NULL,
    match_result text NOT NULL,
    action_taken text NOT NULL CHECK (action_taken IN ('cleared', 'waiting', 'blocked', 'approved', 'rejected')),
    decided_by integer,
    UNIQUE (supplier_invoice_line_id, attempt_number),
    CHECK (goods_receipt_line_id IS NOT NULL OR received_quantity = 0),
    CHECK (expected_amount = round(least(invoiced_quantity, received_quantity) * po_unit_price / price_unit, 2)),
    CHECK (actual_amount = round(invoiced_quantity * invoice_unit_price / price_unit, 2)),
    CHECK (match_result = CASE
        WHEN goods_receipt_line_id IS NULL THEN 'no_receipt'
        WHEN invoiced_quantity <= received_quantity
            AND abs(invoice_unit_price - po_unit_price) * 100 <= po_unit_price * tolerance_percentage THEN 'matched'
        WHEN invoiced_quantity <= received_quantity THEN 'price_variance'
        WHEN abs(invoice_unit_price - po_unit_price) * 100 <= po_unit_price * tolerance_percentage
            THEN 'quantity_variance'
        ELSE 'price_and_quantity_variance'
    END),
    CHECK ((match_result = 'matched') = (action_taken = 'cleared')),
    CHECK ((match_result = 'no_receipt') = (action_taken = 'waiting')),
    CHECK ((action_taken IN ('approved', 'rejected')) = (decided_by IS NOT NULL))
);
CREATE INDEX three_way_match_log_order_line ON supplier.three_way_match_log (purchase_order_line_id);
CREATE INDEX three_way_match_log_receipt_line ON supplier.three_way_match_log (goods_receipt_line_id);
CREATE INDEX three_way_match_log_time ON supplier.three_way_match_log (match_timestamp);
COMMENT ON TABLE supplier.three_way_match_log IS 'Attempt to match an invoice line with its order line and receipt, with what was known then. A decision on a variance is one more attempt.';
COMMENT ON COLUMN supplier.three_way_match_log.three_way_match_log_id IS 'Key.';
COMMENT ON COLUMN supplier.three_way_match_log.supplier_invoice_line_id IS 'Invoice line.';
COMMENT ON COLUMN supplier.three_way_match_log.attempt_number IS 'Number of the attempt, from 1.';
COMMENT ON COLUMN supplier.three_way_match_log.match_timestamp IS 'When it was tried.';
COMMENT ON COLUMN supplier.three_way_match_log.purchase_order_line_id IS 'Order line. -> erp.purchase_order_lines(purchase_order_line_id)';
COMMENT ON COLUMN supplier.three_way_match_log.goods_receipt_line_id IS 'Receipt; NULL while there is none. -> erp.goods_receipt_lines(goods_receipt_line_id)';
COMMENT ON COLUMN supplier.three_way_match_log.ordered_quantity IS 'Quantity of the order line, in its unit, as all quantities of the row.';
COMMENT ON COLUMN supplier.three_way_match_log.received_quantity IS 'Quantity received on the receipt line and not charged by other invoices; 0 without a receipt.';
COMMENT ON COLUMN supplier.three_way_match_log.invoiced_quantity IS 'Quantity charged; negative in a credit note.';
COMMENT ON COLUMN supplier.three_way_match_log.po_unit_price IS 'Price ordered for price_unit units, in the currency of order and invoice, as all money of the row.';
COMMENT ON COLUMN supplier.three_way_match_log.invoice_unit_price IS 'Price charged for price_unit units.';
COMMENT ON COLUMN supplier.three_way_match_log.price_unit IS 'Quantity the prices are for, in the unit of the order line.';
COMMENT ON COLUMN supplier.three_way_match_log.tolerance_percentage IS 'Deviation of the price that is tolerated, % of the price ordered; constant until the policy changes.';
COMMENT ON COLUMN supplier.three_way_match_log.expected_amount IS 'What was received, up to the quantity charged, at the price ordered; 0 without a receipt, except in a credit note.';
COMMENT ON COLUMN supplier.three_way_match_log.actual_amount IS 'What the line charges; the variance is actual less expected.';
COMMENT ON COLUMN supplier.three_way_match_log.match_result IS 'matched | no_receipt | price_variance | quantity_variance | price_and_quantity_variance: as the other columns say.';
COMMENT ON COLUMN supplier.three_way_match_log.action_taken IS 'cleared (matched) | waiting (for the receipt) | blocked | approved (variance accepted) | rejected.';
COMMENT ON COLUMN supplier.three_way_match_log.decided_by IS 'Who approved or rejected the variance; NULL for the other actions. -> master.employees(employee_id)';

-- Performance.

CREATE TABLE supplier.supplier_performance_metrics (
    supplier_performance_metric_id bigint PRIMARY KEY,
    supplier_id integer NOT NULL,
    metric_period date NOT NULL CHECK (extract(day FROM metric_period) = 1),
    total_pos_issued integer NOT NULL CHECK (total_pos_issued >= 0),
    lines_due integer NOT NULL CHECK (lines_due >= 0),
    lines_delivered_ontime integer NOT NULL CHECK (lines_delivered_ontime BETWEEN 0 AND lines_due),
    ontime_delivery_percentage numeric(5, 2),
    average_lead_time_days numeric(6, 2) CHECK (average_lead_time_days > 0),
    lots_received integer NOT NULL CHECK (lots_received >= 0),
    lots_rejected integer NOT NULL CHECK (lots_rejected BETWEEN 0 AND lots_received),
    total_quantity_received numeric(14, 3) NOT NULL CHECK (total_quantity_received >= 0),
    quantity_rejected numeric(14, 3) NOT NULL CHECK (quantity_rejected BETWEEN 0 AND total_quantity_received),
    defect_ppm integer,
    rfqs_sent integer NOT NULL CHECK (rfqs_sent >= 0),
    rfqs_responded integer NOT NULL CHECK (rfqs_responded BETWEEN 0 AND rfqs_sent),
    average_acknowledgement_hours numeric(8, 2) CHECK (average_acknowledgement_hours > 0),
    invoices_received integer NOT NULL CHECK (invoices_received >= 0),
    invoices_matched integer NOT NULL CHECK (invoices_matched BETWEEN 0 AND invoices_received),
    total_spend_usd numeric(14, 2) NOT NULL CHECK (total_spend_usd >= 0),
    created_at timestamptz NOT NULL,
    UNIQUE (supplier_id, metric_period),
    CHECK (ontime_delivery_percentage IS NOT DISTINCT FROM
        round(100.0 * lines_delivered_ontime / nullif(lines_due, 0), 2)),
    CHECK (defect_ppm IS NOT DISTINCT FROM
        round(1000000 * quantity_rejected / nullif(total_quantity_received, 0))::integer)
);
CREATE INDEX supplier_performance_metrics_period ON supplier.supplier_performance_metrics (metric_period);
COMMENT ON TABLE supplier.supplier_performance_metrics IS 'What a supplier did in a month, counted from orders, receipts, bids and invoices after its end; one row a supplier and month.';
COMMENT ON COLUMN supplier.supplier_performance_metrics.supplier_performance_metric_id IS 'Key.';
COMMENT ON COLUMN supplier.supplier_performance_metrics.supplier_id IS 'Supplier. -> master.suppliers(supplier_id)';
COMMENT ON COLUMN supplier.supplier_performance_metrics.metric_period IS 'Month, UTC, by its first day.';
COMMENT ON COLUMN supplier.supplier_performance_metrics.total_pos_issued IS 'Purchase orders released to it in the month.';
COMMENT ON COLUMN supplier.supplier_performance_metrics.lines_due IS 'Order lines whose delivery date fell in the month.';
COMMENT ON COLUMN supplier.supplier_performance_metrics.lines_delivered_ontime IS 'Of these, received in full by that date.';
COMMENT ON COLUMN supplier.supplier_performance_metrics.ontime_delivery_percentage IS 'On time over due, %; NULL if none was due.';
COMMENT ON COLUMN supplier.supplier_performance_metrics.average_lead_time_days IS 'Mean time from order to receipt of the lots received, days; NULL if none was.';
COMMENT ON COLUMN supplier.supplier_performance_metrics.lots_received IS 'Lots received in the month.';
COMMENT ON COLUMN supplier.supplier_performance_metrics.lots_rejected IS 'Of these, rejected by incoming inspection.';
COMMENT ON COLUMN supplier.supplier_performance_metrics.total_quantity_received IS 'Quantity received, base units of the materials added up; meant for the ratio only.';
COMMENT ON COLUMN supplier.supplier_performance_metrics.quantity_rejected IS 'Of it, found defective.';
COMMENT ON COLUMN supplier.supplier_performance_metrics.defect_ppm IS 'Defective over received, ppm; NULL if nothing was received.';
COMMENT ON COLUMN supplier.supplier_performance_metrics.rfqs_sent IS 'Requests for quotation whose deadline fell in the month.';
COMMENT ON COLUMN supplier.supplier_performance_metrics.rfqs_responded IS 'Of these, answered with a bid in time.';
COMMENT ON COLUMN supplier.supplier_performance_metrics.average_acknowledgement_hours IS 'Mean time from release to acknowledgement of the orders acknowledged, hours; NULL if none was.';
COMMENT ON COLUMN supplier.supplier_performance_metrics.invoices_received IS 'Invoices received in the month.';
COMMENT ON COLUMN supplier.supplier_performance_metrics.invoices_matched IS 'Of these, without a variance.';
COMMENT ON COLUMN supplier.supplier_performance_metrics.total_spend_usd IS 'Goods received in the month at order prices, USD.';
COMMENT ON COLUMN supplier.supplier_performance_metrics.created_at IS 'When it was counted, after the end of the month.';

CREATE TABLE supplier.supplier_scorecards (
    supplier_scorecard_id bigint PRIMARY KEY,
    supplier_id integer NOT NULL,
    scorecard_period date NOT NULL CHECK (extract(day FROM scorecard_period) = 1),
    supplier_performance_metric_id bigint NOT NULL UNIQUE
        REFERENCES supplier.supplier_performance_metrics (supplier_performance_metric_id),
    delivery_score numeric(5, 2) NOT NULL CHECK (delivery_score BETWEEN 0 AND 100),
    quality_score numeric(5, 2) NOT NULL CHECK (quality_score BETWEEN 0 AND 100),
    responsiveness_score numeric(5, 2) NOT NULL CHECK (responsiveness_score BETWEEN 0 AND 100),
    commercial_score numeric(5, 2) NOT NULL CHECK (commercial_score BETWEEN 0 AND 100),
    overall_score numeric(5, 2) NOT NULL,
    supplier_rating text NOT NULL CHECK (supplier_rating IN ('A', 'B', 'C', 'D')),
    scorecard_status text NOT NULL CHECK (scorecard_status IN ('calculated', 'reviewed', 'published')),
    reviewed_by integer,
    reviewed_at timestamptz,
    improvement_plan_due_date date,
    published_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (supplier_id, scorecard_period),
    CHECK (overall_score = round(
        0.4 * delivery_score + 0.4 * quality_score + 0.1 * responsiveness_score + 0.1 * commercial_score, 2)),
    CHECK ((scorecard_status = 'calculated') = (reviewed_at IS NULL)),
    CHECK ((reviewed_at IS NULL) = (reviewed_by IS NULL)),
    CHECK ((scorecard_status = 'published') = (published_at IS NOT NULL)),
    CHECK (improvement_plan_due_date IS NULL OR (supplier_rating IN ('C', 'D') AND reviewed_at IS NOT NULL)),
    CHECK (created_at < reviewed_at),
    CHECK (reviewed_at < published_at),
    CHECK (created_at <= updated_at)
);
CREATE INDEX supplier_scorecards_period ON supplier.supplier_scorecards (scorecard_period, supplier_rating);
COMMENT ON TABLE supplier.supplier_scorecards IS 'Score of a supplier for a month, from its metrics; reviewed by the buyer, then published to the supplier. One row a supplier and month.';
COMMENT ON COLUMN supplier.supplier_scorecards.supplier_scorecard_id IS 'Key.';
COMMENT ON COLUMN supplier.supplier_scorecards.supplier_id IS 'Supplier. -> master.suppliers(supplier_id)';
COMMENT ON COLUMN supplier.supplier_scorecards.scorecard_period IS 'Month, UTC, by its first day.';
COMMENT ON COLUMN supplier.supplier_scorecards.supplier_performance_metric_id IS 'Metrics of the same supplier and month.';
COMMENT ON COLUMN supplier.supplier_scorecards.delivery_score IS 'Punctuality and completeness, 0 to 100 [points]; the last one where nothing was due, as for the others.';
COMMENT ON COLUMN supplier.supplier_scorecards.quality_score IS 'Defects and rejected lots, 0 to 100 [points].';
COMMENT ON COLUMN supplier.supplier_scorecards.responsiveness_score IS 'Bids and acknowledgements, 0 to 100 [points].';
COMMENT ON COLUMN supplier.supplier_scorecards.commercial_score IS 'Invoices right at first, prices against the index, 0 to 100 [points].';
COMMENT ON COLUMN supplier.supplier_scorecards.overall_score IS 'Delivery and quality by 40 % each, responsiveness and commercial by 10 % each [points].';
COMMENT ON COLUMN supplier.supplier_scorecards.supplier_rating IS 'Rating after the month: A from 90, B from 75, C from 60, D below; changes only after two months in another band, or at once after an audit.';
COMMENT ON COLUMN supplier.supplier_scorecards.scorecard_status IS 'calculated | reviewed | published.';
COMMENT ON COLUMN supplier.supplier_scorecards.reviewed_by IS 'Buyer who reviewed it; known when reviewed. -> master.employees(employee_id)';
COMMENT ON COLUMN supplier.supplier_scorecards.reviewed_at IS 'When it was reviewed; known when reviewed.';
COMMENT ON COLUMN supplier.supplier_scorecards.improvement_plan_due_date IS 'Day by which the supplier owes a plan; NULL but for ratings C and D, and not each month.';
COMMENT ON COLUMN supplier.supplier_scorecards.published_at IS 'When the supplier could see it; known when published.';
COMMENT ON COLUMN supplier.supplier_scorecards.created_at IS 'When it was calculated, after the end of the month.';
COMMENT ON COLUMN supplier.supplier_scorecards.updated_at IS 'Last change of the row.';

CREATE TABLE supplier.supplier_rating_history (
    supplier_rating_history_id bigint PRIMARY KEY,
    supplier_id integer NOT NULL,
    rating_sequence smallint NOT NULL CHECK (rating_sequence > 0),
    rating_date date NOT NULL,
    previous_rating text CHECK (previous_rating IN ('A', 'B', 'C', 'D')),
    new_rating text NOT NULL CHECK (new_rating IN ('A', 'B', 'C', 'D')),
    change_reason text NOT NULL CHECK (change_reason IN ('qualification', 'scorecard', 'audit')),
    supplier_scorecard_id bigint REFERENCES supplier.supplier_scorecards (supplier_scorecard_id),
    supplier_audit_id bigint REFERENCES supplier.supplier_audits (supplier_audit_id),
    changed_by integer NOT NULL,
    created_at timestamptz NOT NULL,
    UNIQUE (supplier_id, rating_sequence),
    CHECK ((rating_sequence = 1) = (previous_rating IS NULL)),
    CHECK (previous_rating <> new_rating),
    CHECK ((change_reason = 'qualification') = (rating_sequence = 1)),
    CHECK ((change_reason = 'scorecard') = (supplier_scorecard_id IS NOT NULL)),
    CHECK ((change_reason = 'audit') = (supplier_audit_id IS NOT NULL))
);
CREATE INDEX supplier_rating_history_scorecard ON supplier.supplier_rating_history (supplier_scorecard_id);
CREATE INDEX supplier_rating_history_audit ON supplier.supplier_rating_history (supplier_audit_id);
CREATE INDEX supplier_rating_history_date ON supplier.supplier_rating_history (rating_date);
COMMENT ON TABLE supplier.supplier_rating_history IS 'Change of a supplier''s rating, from the first one; what one change leaves is what the next one finds.';
COMMENT ON COLUMN supplier.supplier_rating_history.supplier_rating_history_id IS 'Key.';
COMMENT ON COLUMN supplier.supplier_rating_history.supplier_id IS 'Supplier. -> master.suppliers(supplier_id)';
COMMENT ON COLUMN supplier.supplier_rating_history.rating_sequence IS 'Number of the rating of this supplier, from 1.';
COMMENT ON COLUMN supplier.supplier_rating_history.rating_date IS 'First day of the new rating.';
COMMENT ON COLUMN supplier.supplier_rating_history.previous_rating IS 'Rating before: A | B | C | D; NULL for the first one.';
COMMENT ON COLUMN supplier.supplier_rating_history.new_rating IS 'Rating after: A | B | C | D.';
COMMENT ON COLUMN supplier.supplier_rating_history.change_reason IS 'qualification (the first one) | scorecard | audit.';
COMMENT ON COLUMN supplier.supplier_rating_history.supplier_scorecard_id IS 'Scorecard that changed it; NULL unless by scorecard.';
COMMENT ON COLUMN supplier.supplier_rating_history.supplier_audit_id IS 'Audit that changed it; NULL unless by audit, about 1 in 10.';
COMMENT ON COLUMN supplier.supplier_rating_history.changed_by IS 'Buyer who confirmed it. -> master.employees(employee_id)';
COMMENT ON COLUMN supplier.supplier_rating_history.created_at IS 'When it was recorded.';

-- Messages.

CREATE TABLE supplier.supplier_communications (
    supplier_communication_id bigint PRIMARY KEY,
    supplier_id integer NOT NULL,
    from_party text NOT NULL CHECK (from_party IN ('company', 'supplier')),
    employee_id integer NOT NULL,
    supplier_portal_user_id integer NOT NULL REFERENCES supplier.supplier_portal_users (supplier_portal_user_id),
    subject text NOT NULL CHECK (subject IN
        ('delivery_date', 'late_delivery', 'quality_problem', 'price', 'invoice_query', 'bid_question',
         'audit_finding', 'forecast', 'general')),
    parent_message_id bigint REFERENCES supplier.supplier_communications (supplier_communication_id),
    portal_purchase_order_id bigint,
    rfq_header_id bigint REFERENCES supplier.rfq_headers (rfq_header_id),
    supplier_invoice_id bigint REFERENCES supplier.supplier_invoices (supplier_invoice_id),
    audit_finding_id bigint REFERENCES supplier.audit_findings (audit_finding_id),
    attachment_count smallint NOT NULL CHECK (attachment_count >= 0),
    message_status text NOT NULL CHECK (message_status IN ('sent', 'read', 'answered')),
    read_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (parent_message_id <> supplier_communication_id),
    CHECK (num_nonnulls(portal_purchase_order_id, rfq_header_id, supplier_invoice_id, audit_finding_id) <= 1),
    CHECK (portal_purchase_order_id IS NULL
        OR subject IN ('delivery_date', 'late_delivery', 'quality_problem', 'price')),
    CHECK ((subject = 'bid_question') = (rfq_header_id IS NOT NULL)),
    CHECK ((subject = 'invoice_query') = (supplier_invoice_id IS NOT NULL)),
    CHECK ((subject = 'audit_finding') = (audit_finding_id IS NOT NULL)),
    CHECK ((message_status = 'sent') = (read_at IS NULL)),
    CHECK (created_at < read_at),
    CHECK (created_at <= updated_at)
);
CREATE INDEX supplier_communications_supplier ON supplier.supplier_communications (supplier_id, created_at);
CREATE INDEX supplier_communications_user ON supplier.supplier_communications (supplier_portal_user_id);
CREATE INDEX supplier_communications_parent ON supplier.supplier_communications (parent_message_id);
CREATE INDEX supplier_communications_order ON supplier.supplier_communications (portal_purchase_order_id);
CREATE INDEX supplier_communications_rfq ON supplier.supplier_communications (rfq_header_id);
CREATE INDEX supplier_communications_invoice ON supplier.supplier_communications (supplier_invoice_id);
CREATE INDEX supplier_communications_finding ON supplier.supplier_communications (audit_finding_id);
COMMENT ON TABLE supplier.supplier_communications IS 'Message between a buyer and a supplier, about one document or none.';
COMMENT ON COLUMN supplier.supplier_communications.supplier_communication_id IS 'Key.';
COMMENT ON COLUMN supplier.supplier_communications.supplier_id IS 'Supplier. -> master.suppliers(supplier_id)';
COMMENT ON COLUMN supplier.supplier_communications.from_party IS 'Who wrote: company | supplier.';
COMMENT ON COLUMN supplier.supplier_communications.employee_id IS 'Buyer, or auditor, at the company''s end. -> master.employees(employee_id)';
COMMENT ON COLUMN supplier.supplier_communications.supplier_portal_user_id IS 'Portal user at the supplier''s end.';
COMMENT ON COLUMN supplier.supplier_communications.subject IS 'What it is about.';
COMMENT ON COLUMN supplier.supplier_communications.parent_message_id IS 'Message it answers; NULL for the first of a thread.';
COMMENT ON COLUMN supplier.supplier_communications.portal_purchase_order_id IS 'Order it is about; NULL if about none. -> supplier.portal_purchase_orders(portal_purchase_order_id)';
COMMENT ON COLUMN supplier.supplier_communications.rfq_header_id IS 'Request for quotation it is about; NULL if about none.';
COMMENT ON COLUMN supplier.supplier_communications.supplier_invoice_id IS 'Invoice it is about; NULL if about none.';
COMMENT ON COLUMN supplier.supplier_communications.audit_finding_id IS 'Audit finding it is about; NULL if about none.';
COMMENT ON COLUMN supplier.supplier_communications.attachment_count IS 'Files attached.';
COMMENT ON COLUMN supplier.supplier_communications.message_status IS 'sent | read | answered.';
COMMENT ON COLUMN supplier.supplier_communications.read_at IS 'When the other side read it; NULL until then.';
COMMENT ON COLUMN supplier.supplier_communications.created_at IS 'When it was sent.';
COMMENT ON COLUMN supplier.supplier_communications.updated_at IS 'Last change of the row.';

CREATE TABLE supplier.supplier_notifications (
    supplier_notification_id bigint PRIMARY KEY,
    supplier_id integer NOT NULL,
    supplier_portal_user_id integer NOT NULL REFERENCES supplier.supplier_portal_users (supplier_portal_user_id),
    notification_type text NOT NULL CHECK (notification_type IN
        ('order_released', 'order_changed', 'rfq_published', 'rfq_decided', 'invoice_blocked', 'invoice_paid',
         'document_expiring', 'scorecard_published')),
    portal_purchase_order_id bigint,
    rfq_header_id bigint REFERENCES supplier.rfq_headers (rfq_header_id),
    supplier_invoice_id bigint REFERENCES supplier.supplier_invoices (supplier_invoice_id),
    supplier_document_id bigint REFERENCES supplier.supplier_documents (supplier_document_id),
    supplier_scorecard_id bigint REFERENCES supplier.supplier_scorecards (supplier_scorecard_id),
    channel text NOT NULL CHECK (channel IN ('email', 'portal')),
    notification_status text NOT NULL CHECK (notification_status IN ('sent', 'read', 'bounced')),
    read_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (num_nonnulls(portal_purchase_order_id, rfq_header_id, supplier_invoice_id, supplier_document_id,
        supplier_scorecard_id) = 1),
    CHECK ((notification_type IN ('order_released', 'order_changed')) = (portal_purchase_order_id IS NOT NULL)),
    CHECK ((notification_type IN ('rfq_published', 'rfq_decided')) = (rfq_header_id IS NOT NULL)),
    CHECK ((notification_type IN ('invoice_blocked', 'invoice_paid')) = (supplier_invoice_id IS NOT NULL)),
    CHECK ((notification_type = 'document_expiring') = (supplier_document_id IS NOT NULL)),
    CHECK ((notification_status = 'read') = (read_at IS NOT NULL)),
    CHECK (notification_status <> 'bounced' OR channel = 'email'),
    CHECK (created_at < read_at),
    CHECK (created_at <= updated_at)
);
CREATE INDEX supplier_notifications_user ON supplier.supplier_notifications (supplier_portal_user_id, created_at);
CREATE INDEX supplier_notifications_supplier ON supplier.supplier_notifications (supplier_id, created_at);
CREATE INDEX supplier_notifications_order ON supplier.supplier_notifications (portal_purchase_order_id);
CREATE INDEX supplier_notifications_rfq ON supplier.supplier_notifications (rfq_header_id);
CREATE INDEX supplier_notifications_invoice ON supplier.supplier_notifications (supplier_invoice_id);
CREATE INDEX supplier_notifications_document ON supplier.supplier_notifications (supplier_document_id);
CREATE INDEX supplier_notifications_scorecard ON supplier.supplier_notifications (supplier_scorecard_id);
COMMENT ON TABLE supplier.supplier_notifications IS 'Notice of the portal to one of its users, about one document.';
COMMENT ON COLUMN supplier.supplier_notifications.supplier_notification_id IS 'Key.';
COMMENT ON COLUMN supplier.supplier_notifications.supplier_id IS 'Supplier of the user. -> master.suppliers(supplier_id)';
COMMENT ON COLUMN supplier.supplier_notifications.supplier_portal_user_id IS 'User notified.';
COMMENT ON COLUMN supplier.supplier_notifications.notification_type IS 'What happened.';
COMMENT ON COLUMN supplier.supplier_notifications.portal_purchase_order_id IS 'Order released or changed; NULL for other types. -> supplier.portal_purchase_orders(portal_purchase_order_id)';
COMMENT ON COLUMN supplier.supplier_notifications.rfq_header_id IS 'Request for quotation published or decided; NULL for other types.';
COMMENT ON COLUMN supplier.supplier_notifications.supplier_invoice_id IS 'Invoice blocked or paid; NULL for other types.';
COMMENT ON COLUMN supplier.supplier_notifications.supplier_document_id IS 'Document about to expire; NULL for other types.';
COMMENT ON COLUMN supplier.supplier_notifications.supplier_scorecard_id IS 'Scorecard published; NULL for other types.';
COMMENT ON COLUMN supplier.supplier_notifications.channel IS 'email | portal, as the user prefers.';
COMMENT ON COLUMN supplier.supplier_notifications.notification_status IS 'sent | read | bounced (about 1 in 100 mails).';
COMMENT ON COLUMN supplier.supplier_notifications.read_at IS 'When it was read; NULL until then.';
COMMENT ON COLUMN supplier.supplier_notifications.created_at IS 'When it was sent.';
COMMENT ON COLUMN supplier.supplier_notifications.updated_at IS 'Last change of the row.';

CREATE TABLE supplier.supplier_portal_integration_log (
    integration_log_id bigint PRIMARY KEY,
    integration_direction text NOT NULL CHECK (integration_direction IN ('inbound', 'outbound')),
    document_type text NOT NULL CHECK (document_type IN
        ('purchase_order', 'purchase_order_line', 'rfq_response_line')),
    idempotency_key text NOT NULL UNIQUE,
    source_table text NOT NULL,
    source_pk bigint NOT NULL,
    version integer NOT NULL CHECK (version > 0),
    batch_id bigint NOT NULL,
    low_watermark bigint NOT NULL CHECK (low_watermark >= 0),
    high_watermark bigint NOT NULL,
    supplier_id integer NOT NULL,
    source_time timestamptz NOT NULL,
    payload_amount numeric(14, 2) NOT NULL CHECK (payload_amount >= 0),
    payload_currency text NOT NULL CHECK (payload_currency ~ '^[A-Z]{3}$'),
    payload_hash bigint NOT NULL,
    status text NOT NULL CHECK (status IN ('applied', 'rejected')),
    attempt_count smallint NOT NULL CHECK (attempt_count > 0),
    error_message text,
    sent_at timestamptz NOT NULL,
    applied_at timestamptz,
    updated_at timestamptz NOT NULL,
    CHECK ((document_type = 'rfq_response_line') = (integration_direction = 'outbound')),
    CHECK (low_watermark < high_watermark),
    CHECK (source_time <= sent_at),
    CHECK (sent_at <= applied_at),
    CHECK (sent_at <= updated_at),
    CHECK ((status = 'applied') = (applied_at IS NOT NULL)),
    CHECK (status <> 'rejected' OR error_message IS NOT NULL)
);
CREATE INDEX supplier_portal_integration_log_source
    ON supplier.supplier_portal_integration_log (document_type, source_pk);
CREATE INDEX supplier_portal_integration_log_batch ON supplier.supplier_portal_integration_log (batch_id);
CREATE INDEX supplier_portal_integration_log_supplier
    ON supplier.supplier_portal_integration_log (supplier_id, sent_at);
COMMENT ON TABLE supplier.supplier_portal_integration_log IS 'Message between ERP and the portal, one row a version of its source row; delivered at least once, applied once. Written by flow: purchase orders to supplier, RFQ responses to ERP.';
COMMENT ON COLUMN supplier.supplier_portal_integration_log.integration_log_id IS 'Key.';
COMMENT ON COLUMN supplier.supplier_portal_integration_log.integration_direction IS 'inbound (purchase orders from ERP) | outbound (bids to ERP).';
COMMENT ON COLUMN supplier.supplier_portal_integration_log.document_type IS 'purchase_order | purchase_order_line | rfq_response_line.';
COMMENT ON COLUMN supplier.supplier_portal_integration_log.idempotency_key IS 'Hash of flow, source row and version; a second delivery finds it taken.';
COMMENT ON COLUMN supplier.supplier_portal_integration_log.source_table IS 'Table of the source row, schema.table.';
COMMENT ON COLUMN supplier.supplier_portal_integration_log.source_pk IS 'Key of the source row; the row at the target names the same key.';
COMMENT ON COLUMN supplier.supplier_portal_integration_log.version IS 'Version of the source row, from 1; the highest one wins.';
COMMENT ON COLUMN supplier.supplier_portal_integration_log.batch_id IS 'Batch that delivered the message.';
COMMENT ON COLUMN supplier.supplier_portal_integration_log.low_watermark IS 'Commit sequence of the source after which the batch begins; equals the high watermark of the batch before it in the same flow.';
COMMENT ON COLUMN supplier.supplier_portal_integration_log.high_watermark IS 'Commit sequence of the source with which the batch ends.';
COMMENT ON COLUMN supplier.supplier_portal_integration_log.supplier_id IS 'Payload: supplier. -> master.suppliers(supplier_id)';
COMMENT ON COLUMN supplier.supplier_portal_integration_log.source_time IS 'Time of the source row: release or change of the order, submission or award of the bid.';
COMMENT ON COLUMN supplier.supplier_portal_integration_log.payload_amount IS 'Payload: net value of the order, order line or line of a bid [payload_currency].';
COMMENT ON COLUMN supplier.supplier_portal_integration_log.payload_currency IS 'Payload: currency of the value, ISO 4217.';
COMMENT ON COLUMN supplier.supplier_portal_integration_log.payload_hash IS '64-bit hash of the payload; sums over a batch compare with the source.';
COMMENT ON COLUMN supplier.supplier_portal_integration_log.status IS 'applied | rejected (until a later attempt applies it).';
COMMENT ON COLUMN supplier.supplier_portal_integration_log.attempt_count IS 'Deliveries attempted so far.';
COMMENT ON COLUMN supplier.supplier_portal_integration_log.error_message IS 'Error of the last failed attempt; NULL if none failed.';
COMMENT ON COLUMN supplier.supplier_portal_integration_log.sent_at IS 'When the message was first sent, simulated time.';
COMMENT ON COLUMN supplier.supplier_portal_integration_log.applied_at IS 'When the target applied it, simulated time; known when applied.';
COMMENT ON COLUMN supplier.supplier_portal_integration_log.updated_at IS 'Last change of the row.';
