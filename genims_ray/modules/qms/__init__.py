"""Quality management: planned, measured, and what goes wrong; one file per process."""

from genims_ray.modules.qms.audits import audit_findings, quality_audits
from genims_ray.modules.qms.capas import capa_actions, capa_headers
from genims_ray.modules.qms.complaints import customer_complaints, eight_d_reports
from genims_ray.modules.qms.costs import quality_cost_entries
from genims_ray.modules.qms.documents import document_revisions, ppap_submissions, quality_documents
from genims_ray.modules.qms.gauges import calibration_alerts, calibration_records, measuring_equipment, msa_studies
from genims_ray.modules.qms.incoming import (
    incoming_inspection_lots,
    incoming_inspection_results,
    supplier_quality_metrics,
)
from genims_ray.modules.qms.kpis import quality_kpis
from genims_ray.modules.qms.nonconformances import ncr_defect_details, ncr_dispositions, ncr_headers, quality_holds
from genims_ray.modules.qms.planning import (
    control_plan_characteristics,
    control_plans,
    defect_codes,
    fmea_headers,
    fmea_items,
)
from genims_ray.modules.qms.spc import spc_control_charts, spc_data_points
