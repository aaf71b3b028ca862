-- check: Whoever a document of quality names as acting is employed then: on record, hired, and not gone for more
--   than a day, as days are local.
-- kind: exact
WITH acts AS (
    SELECT 'qms.ncr_headers.detected_by' AS what, detected_by AS employee_id,
           min(detected_date) AS first, max(detected_date) AS last
    FROM qms.ncr_headers
    WHERE updated_at >= :from AND detected_date < :to
    GROUP BY detected_by
    UNION ALL
    SELECT 'qms.ncr_headers.closed_by', closed_by, min(closed_date), max(closed_date)
    FROM qms.ncr_headers
    WHERE updated_at >= :from AND closed_date < :to
    GROUP BY closed_by
    UNION ALL
    SELECT 'qms.ncr_dispositions.decided_by', decided_by, min(decided_at), max(decided_at)
    FROM qms.ncr_dispositions
    WHERE updated_at >= :from AND decided_at < :to
    GROUP BY decided_by
    UNION ALL
    SELECT 'qms.quality_holds.placed_by', placed_by, min(placed_at), max(placed_at)
    FROM qms.quality_holds
    WHERE updated_at >= :from AND placed_at < :to
    GROUP BY placed_by
    UNION ALL
    SELECT 'qms.quality_holds.released_by', released_by, min(released_at), max(released_at)
    FROM qms.quality_holds
    WHERE updated_at >= :from AND released_at < :to
    GROUP BY released_by
    UNION ALL
    SELECT 'qms.capa_headers.responsible_person', responsible_person, min(created_at), max(created_at)
    FROM qms.capa_headers
    WHERE updated_at >= :from AND created_at < :to
    GROUP BY responsible_person
    UNION ALL
    SELECT 'qms.capa_headers.closed_by', closed_by, min(closed_date), max(closed_date)
    FROM qms.capa_headers
    WHERE updated_at >= :from AND closed_date < :to
    GROUP BY closed_by
    UNION ALL
    SELECT 'qms.capa_actions.assigned_to', assigned_to, min(created_at), max(created_at)
    FROM qms.capa_actions
    WHERE updated_at >= :from AND created_at < :to
    GROUP BY assigned_to
    UNION ALL
    SELECT 'qms.customer_complaints.responsible_person', responsible_person, min(created_at), max(created_at)
    FROM qms.customer_complaints
    WHERE updated_at >= :from AND created_at < :to
    GROUP BY responsible_person
    UNION ALL
    SELECT 'qms.customer_complaints.closed_by', closed_by, min(closed_date), max(closed_date)
    FROM qms.customer_complaints
    WHERE updated_at >= :from AND closed_date < :to
    GROUP BY closed_by
    UNION ALL
    SELECT 'qms.eight_d_reports.team_leader', team_leader, min(team_established_date), max(team_established_date)
    FROM qms.eight_d_reports
    WHERE updated_at >= :from AND team_established_date < :to
    GROUP BY team_leader
    UNION ALL
    SELECT 'qms.eight_d_reports.champion', champion, min(team_established_date), max(team_established_date)
    FROM qms.eight_d_reports
    WHERE updated_at >= :from AND team_established_date < :to
    GROUP BY champion
    UNION ALL
    SELECT 'qms.quality_audits.lead_auditor', lead_auditor, min(created_at), max(created_at)
    FROM qms.quality_audits
    WHERE updated_at >= :from AND created_at < :to
    GROUP BY lead_auditor
    UNION ALL
    SELECT 'qms.quality_audits.auditee_contact', auditee_contact, min(created_at), max(created_at)
    FROM qms.quality_audits
    WHERE updated_at >= :from AND created_at < :to
    GROUP BY auditee_contact
    UNION ALL
    SELECT 'qms.audit_findings.responsible_person', responsible_person, min(created_at), max(created_at)
    FROM qms.audit_findings
    WHERE updated_at >= :from AND created_at < :to
    GROUP BY responsible_person
    UNION ALL
    SELECT 'qms.document_revisions.revised_by', revised_by, min(created_at), max(created_at)
    FROM qms.document_revisions
    WHERE created_at >= :from AND created_at < :to
    GROUP BY revised_by
    UNION ALL
    SELECT 'qms.document_revisions.approved_by', approved_by, min(created_at), max(created_at)
    FROM qms.document_revisions
    WHERE created_at >= :from AND created_at < :to
    GROUP BY approved_by
    UNION ALL
    SELECT 'qms.ppap_submissions.psw_signed_by', psw_signed_by, min(created_at), max(created_at)
    FROM qms.ppap_submissions
    WHERE updated_at >= :from AND created_at < :to
    GROUP BY psw_signed_by
    UNION ALL
    SELECT 'qms.incoming_inspection_lots.inspector_id', inspector_id, min(inspection_start), max(inspection_start)
    FROM qms.incoming_inspection_lots
    WHERE updated_at >= :from AND inspection_start < :to
    GROUP BY inspector_id
    UNION ALL
    SELECT 'qms.incoming_inspection_results.inspected_by', inspected_by, min(inspected_at), max(inspected_at)
    FROM qms.incoming_inspection_results
    WHERE inspected_at >= :from AND inspected_at < :to
    GROUP BY inspected_by
    UNION ALL
    SELECT 'qms.spc_data_points.measured_by', measured_by, min(measurement_timestamp), max(measurement_timestamp)
    FROM qms.spc_data_points
    WHERE measurement_timestamp >= :from AND measurement_timestamp < :to
    GROUP BY measured_by
    UNION ALL
    SELECT 'qms.calibration_records.calibrated_by', calibrated_by, min(created_at), max(created_at)
    FROM qms.calibration_records
    WHERE created_at >= :from AND created_at < :to
    GROUP BY calibrated_by
    UNION ALL
    SELECT 'qms.calibration_alerts.notified_person', notified_person, min(alert_date), max(alert_date)
    FROM qms.calibration_alerts
    WHERE updated_at >= :from AND alert_date < :to
    GROUP BY notified_person
    UNION ALL
    SELECT 'qms.msa_studies.conducted_by', conducted_by, min(created_at), max(created_at)
    FROM qms.msa_studies
    WHERE created_at >= :from AND created_at < :to
    GROUP BY conducted_by
), dated AS (
    SELECT 'qms.capa_headers.verified_by' AS what, verified_by AS employee_id,
           min(verification_date) AS first, max(verification_date) AS last
    FROM qms.capa_headers
    WHERE updated_at >= :from AND verification_date < :to
    GROUP BY verified_by
    UNION ALL
    SELECT 'qms.audit_findings.closure_verified_by', closure_verified_by, min(closure_date), max(closure_date)
    FROM qms.audit_findings
    WHERE updated_at >= :from AND closure_date < :to
    GROUP BY closure_verified_by
    UNION ALL
    SELECT 'qms.ppap_submissions.reviewed_by', reviewed_by, min(approval_date), max(approval_date)
    FROM qms.ppap_submissions
    WHERE updated_at >= :from AND approval_date < :to
    GROUP BY reviewed_by
    UNION ALL
    SELECT 'qms.measuring_equipment.responsible_person', responsible_person,
           min(last_calibration_date), max(last_calibration_date)
    FROM qms.measuring_equipment
    WHERE updated_at >= :from AND last_calibration_date < :to
    GROUP BY responsible_person
    UNION ALL
    SELECT 'qms.fmea_headers.team_leader', team_leader, min(revision_date), max(revision_date)
    FROM qms.fmea_headers
    WHERE updated_at >= :from AND revision_date < :to
    GROUP BY team_leader
    UNION ALL
    SELECT 'qms.quality_documents.document_owner', document_owner, min(approval_date), max(approval_date)
    FROM qms.quality_documents
    WHERE updated_at >= :from AND approval_date < :to
    GROUP BY document_owner
), spans AS (
    SELECT what, employee_id, (first AT TIME ZONE 'UTC')::date AS first, (last AT TIME ZONE 'UTC')::date AS last
    FROM acts
    UNION ALL
    SELECT what, employee_id, first, last
    FROM dated
)
SELECT s.what, s.employee_id, s.first, s.last, e.hire_date, e.leave_date
FROM spans AS s
JOIN master.employees AS e USING (employee_id)
WHERE s.first < greatest((e.created_at AT TIME ZONE 'UTC')::date, e.hire_date - 1) OR s.last > e.leave_date + 1;
