-- Master data: the company, its plants, partners and items, as they stand when history begins, and its people.
-- Keys are arithmetic on the numbers of the configuration: line = factory * 100 + number,
-- machine = line * 100 + position, product = line * 100 + rank, employee = factory * 1000 + post
-- (+ 100,000 for each holder of the post before).
-- The group keeps its books in USD; other currencies are ISO 4217 codes beside the amount.

CREATE SCHEMA master;
CREATE SCHEMA IF NOT EXISTS published;

CREATE TABLE master.companies (
    company_id integer PRIMARY KEY,
    company_code text NOT NULL UNIQUE CHECK (company_code ~ '^CO[0-9]{2}$'),
    company_name text NOT NULL UNIQUE,
    country text NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
    city text NOT NULL,
    functional_currency text NOT NULL CHECK (functional_currency ~ '^[A-Z]{3}$'),
    is_group_parent boolean NOT NULL,
    incorporated_on date NOT NULL,
    created_at timestamptz NOT NULL
);
COMMENT ON TABLE master.companies IS 'Legal entity of the group (ISA-95 enterprise); one row a company.';
COMMENT ON COLUMN master.companies.company_id IS 'Key; companies in the order of their first factory.';
COMMENT ON COLUMN master.companies.company_code IS 'Company code used in accounting.';
COMMENT ON COLUMN master.companies.company_name IS 'Registered name.';
COMMENT ON COLUMN master.companies.country IS 'Country of the registered office, ISO 3166-1 alpha-2.';
COMMENT ON COLUMN master.companies.city IS 'City of the registered office.';
COMMENT ON COLUMN master.companies.functional_currency IS 'Currency of its books, ISO 4217.';
COMMENT ON COLUMN master.companies.is_group_parent IS 'The company that consolidates the others.';
COMMENT ON COLUMN master.companies.incorporated_on IS 'Date of incorporation.';
COMMENT ON COLUMN master.companies.created_at IS 'When the record was entered.';

CREATE TABLE master.factories (
    factory_id integer PRIMARY KEY,
    company_id integer NOT NULL REFERENCES master.companies (company_id),
    factory_code text NOT NULL UNIQUE CHECK (factory_code ~ '^F[0-9]{2,}$'),
    factory_name text NOT NULL UNIQUE,
    country text NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
    city text NOT NULL,
    region text NOT NULL,
    timezone text NOT NULL,
    latitude double precision NOT NULL CHECK (latitude BETWEEN -90 AND 90),
    longitude double precision NOT NULL CHECK (longitude BETWEEN -180 AND 180),
    total_area_sqm integer NOT NULL CHECK (total_area_sqm > 0),
    operational_since date NOT NULL,
    certification text NOT NULL,
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    holiday_calendar text NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE INDEX factories_company ON master.factories (company_id);
COMMENT ON TABLE master.factories IS 'Manufacturing site (ISA-95 site).';
COMMENT ON COLUMN master.factories.factory_id IS 'Key; the number of the factory in the configuration.';
COMMENT ON COLUMN master.factories.company_id IS 'Company that owns the site.';
COMMENT ON COLUMN master.factories.factory_code IS 'Plant code.';
COMMENT ON COLUMN master.factories.factory_name IS 'Name of the site.';
COMMENT ON COLUMN master.factories.country IS 'Country, ISO 3166-1 alpha-2.';
COMMENT ON COLUMN master.factories.city IS 'City.';
COMMENT ON COLUMN master.factories.region IS 'Sales and supply region of the site.';
COMMENT ON COLUMN master.factories.timezone IS 'IANA time zone; production days start at 06:00 of it.';
COMMENT ON COLUMN master.factories.latitude IS 'Latitude, north positive [deg].';
COMMENT ON COLUMN master.factories.longitude IS 'Longitude, east positive [deg].';
COMMENT ON COLUMN master.factories.total_area_sqm IS 'Floor area [m2].';
COMMENT ON COLUMN master.factories.operational_since IS 'Start of production at the site.';
COMMENT ON COLUMN master.factories.certification IS 'Certified management system.';
COMMENT ON COLUMN master.factories.currency IS 'Currency of its wages and local purchases, ISO 4217.';
COMMENT ON COLUMN master.factories.holiday_calendar IS 'Public holidays observed: country, or country/subdivision.';
COMMENT ON COLUMN master.factories.created_at IS 'When the record was entered.';

CREATE TABLE master.warehouses (
    warehouse_id integer PRIMARY KEY,
    company_id integer NOT NULL REFERENCES master.companies (company_id),
    factory_id integer REFERENCES master.factories (factory_id),
    warehouse_code text NOT NULL UNIQUE,
    warehouse_name text NOT NULL UNIQUE,
    warehouse_type text NOT NULL CHECK (warehouse_type IN ('plant_store', 'distribution_centre')),
    country text NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
    city text NOT NULL,
    timezone text NOT NULL,
    total_area_sqm integer NOT NULL CHECK (total_area_sqm > 0),
    dock_doors smallint NOT NULL CHECK (dock_doors > 0),
    created_at timestamptz NOT NULL,
    CHECK ((warehouse_type = 'plant_store') = (factory_id IS NOT NULL))
);
CREATE INDEX warehouses_company ON master.warehouses (company_id);
CREATE INDEX warehouses_factory ON master.warehouses (factory_id)
    WHERE factory_id IS NOT NULL;
COMMENT ON TABLE master.warehouses IS 'Storage facility: the store of a plant, or a distribution centre.';
COMMENT ON COLUMN master.warehouses.warehouse_id IS 'Key; the factory''s for its store, 9001 and up for distribution centres.';
COMMENT ON COLUMN master.warehouses.company_id IS 'Company that owns the stock.';
COMMENT ON COLUMN master.warehouses.factory_id IS 'Factory served on site; NULL for a distribution centre.';
COMMENT ON COLUMN master.warehouses.warehouse_code IS 'Warehouse code.';
COMMENT ON COLUMN master.warehouses.warehouse_name IS 'Name.';
COMMENT ON COLUMN master.warehouses.warehouse_type IS 'plant_store | distribution_centre.';
COMMENT ON COLUMN master.warehouses.country IS 'Country, ISO 3166-1 alpha-2.';
COMMENT ON COLUMN master.warehouses.city IS 'City.';
COMMENT ON COLUMN master.warehouses.timezone IS 'IANA time zone.';
COMMENT ON COLUMN master.warehouses.total_area_sqm IS 'Floor area [m2].';
COMMENT ON COLUMN master.warehouses.dock_doors IS 'Number of dock doors.';
COMMENT ON COLUMN master.warehouses.created_at IS 'When the record was entered.';

CREATE TABLE master.warehouse_zones (
    zone_id integer PRIMARY KEY,
    warehouse_id integer NOT NULL REFERENCES master.warehouses (warehouse_id),
    zone_code text NOT NULL UNIQUE,
    zone_type text NOT NULL CHECK (zone_type IN
        ('receiving', 'quality_hold', 'reserve', 'pick_face', 'finished_goods', 'shipping')),
    area_sqm integer NOT NULL CHECK (area_sqm > 0),
    capacity_pallets integer NOT NULL CHECK (capacity_pallets > 0),
    created_at timestamptz NOT NULL,
    UNIQUE (warehouse_id, zone_type)
);
COMMENT ON TABLE master.warehouse_zones IS 'Zone of a warehouse, in the order goods flow through it.';
COMMENT ON COLUMN master.warehouse_zones.zone_id IS 'Key: warehouse * 10 + position in the flow of goods.';
COMMENT ON COLUMN master.warehouse_zones.warehouse_id IS 'Warehouse.';
COMMENT ON COLUMN master.warehouse_zones.zone_code IS 'Zone code.';
COMMENT ON COLUMN master.warehouse_zones.zone_type IS 'What the zone is for.';
COMMENT ON COLUMN master.warehouse_zones.area_sqm IS 'Floor area [m2].';
COMMENT ON COLUMN master.warehouse_zones.capacity_pallets IS 'Capacity [pallet places].';
COMMENT ON COLUMN master.warehouse_zones.created_at IS 'When the record was entered.';

CREATE TABLE master.suppliers (
    supplier_id integer PRIMARY KEY,
    supplier_code text NOT NULL UNIQUE CHECK (supplier_code ~ '^S[0-9]{5}$'),
    supplier_name text NOT NULL UNIQUE,
    supplier_category text NOT NULL CHECK (supplier_category IN
        ('metal', 'resin', 'chemical', 'packaging', 'purchased_part', 'electronic', 'mro')),
    country text NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
    region text NOT NULL,
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    payment_terms_days smallint NOT NULL CHECK (payment_terms_days > 0),
    incoterm text NOT NULL CHECK (incoterm IN ('EXW', 'FCA', 'DAP', 'DDP')),
    status text NOT NULL CHECK (status IN ('active', 'on_hold')),
    approved_on date NOT NULL,
    created_at timestamptz NOT NULL
);
COMMENT ON TABLE master.suppliers IS 'Vendor.';
COMMENT ON COLUMN master.suppliers.supplier_id IS 'Key.';
COMMENT ON COLUMN master.suppliers.supplier_code IS 'Vendor number.';
COMMENT ON COLUMN master.suppliers.supplier_name IS 'Registered name.';
COMMENT ON COLUMN master.suppliers.supplier_category IS 'What it supplies; mro is spares and services for maintenance.';
COMMENT ON COLUMN master.suppliers.country IS 'Country of its plant, ISO 3166-1 alpha-2.';
COMMENT ON COLUMN master.suppliers.region IS 'Supply region; disruptions hit a region.';
COMMENT ON COLUMN master.suppliers.currency IS 'Currency it invoices in, ISO 4217.';
COMMENT ON COLUMN master.suppliers.payment_terms_days IS 'Payment terms, days net from the invoice date.';
COMMENT ON COLUMN master.suppliers.incoterm IS 'Delivery terms, Incoterms 2020.';
COMMENT ON COLUMN master.suppliers.status IS 'active | on_hold: an approved source of nothing until released.';
COMMENT ON COLUMN master.suppliers.approved_on IS 'Date of the first approval.';
COMMENT ON COLUMN master.suppliers.created_at IS 'When the record was entered.';

CREATE TABLE master.customers (
    customer_id integer PRIMARY KEY,
    customer_code text NOT NULL UNIQUE CHECK (customer_code ~ '^C[0-9]{5}$'),
    customer_name text NOT NULL UNIQUE,
    customer_type text NOT NULL CHECK (customer_type IN ('oem', 'tier_1', 'distributor', 'aftermarket')),
    industry_segment text NOT NULL,
    country text NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
    region text NOT NULL,
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    tier text NOT NULL CHECK (tier IN ('A', 'B', 'C')),
    annual_volume_estimate integer NOT NULL CHECK (annual_volume_estimate > 0),
    payment_terms_days smallint NOT NULL CHECK (payment_terms_days > 0),
    price_discount_percentage numeric(5, 2) NOT NULL CHECK (price_discount_percentage BETWEEN 0 AND 30),
    credit_limit_usd numeric(14, 2) NOT NULL CHECK (credit_limit_usd > 0),
    sla_on_time_delivery_percentage numeric(5, 2) NOT NULL
        CHECK (sla_on_time_delivery_percentage BETWEEN 0 AND 100),
    sla_quality_ppm_max integer NOT NULL CHECK (sla_quality_ppm_max > 0),
    status text NOT NULL CHECK (status IN ('active', 'credit_hold')),
    customer_since date NOT NULL,
    created_at timestamptz NOT NULL
);
COMMENT ON TABLE master.customers IS 'Customer: ship-to and bill-to.';
COMMENT ON COLUMN master.customers.customer_id IS 'Key.';
COMMENT ON COLUMN master.customers.customer_code IS 'Customer number.';
COMMENT ON COLUMN master.customers.customer_name IS 'Registered name.';
COMMENT ON COLUMN master.customers.customer_type IS 'oem | tier_1 | distributor | aftermarket.';
COMMENT ON COLUMN master.customers.industry_segment IS 'Industry.';
COMMENT ON COLUMN master.customers.country IS 'Ship-to country, ISO 3166-1 alpha-2.';
COMMENT ON COLUMN master.customers.region IS 'Sales region.';
COMMENT ON COLUMN master.customers.currency IS 'Currency it is invoiced in, ISO 4217.';
COMMENT ON COLUMN master.customers.tier IS 'A: the largest that buy half of the volume; B: the next 30 %; C: the rest.';
COMMENT ON COLUMN master.customers.annual_volume_estimate IS 'Sales'' estimate of the yearly volume, two digits [parts].';
COMMENT ON COLUMN master.customers.payment_terms_days IS 'Payment terms, days net from the invoice date.';
COMMENT ON COLUMN master.customers.price_discount_percentage IS 'Discount on the list price, %.';
COMMENT ON COLUMN master.customers.credit_limit_usd IS 'Credit limit, USD.';
COMMENT ON COLUMN master.customers.sla_on_time_delivery_percentage IS 'Agreed share of lines delivered on time, %.';
COMMENT ON COLUMN master.customers.sla_quality_ppm_max IS 'Agreed ceiling of defective parts, ppm.';
COMMENT ON COLUMN master.customers.status IS 'active | credit_hold: places no orders.';
COMMENT ON COLUMN master.customers.customer_since IS 'Date of the first contract.';
COMMENT ON COLUMN master.customers.created_at IS 'When the record was entered.';

CREATE TABLE master.materials (
    material_id integer PRIMARY KEY,
    material_code text NOT NULL UNIQUE CHECK (material_code ~ '^M[0-9]{5}$'),
    material_name text NOT NULL UNIQUE,
    material_type text NOT NULL CHECK (material_type IN ('raw_material', 'component', 'consumable', 'packaging')),
    material_group text NOT NULL CHECK (material_group IN
        ('steel', 'aluminium', 'resin', 'chemical', 'packaging', 'purchased_part', 'electronic')),
    base_unit text NOT NULL CHECK (base_unit IN ('kg', 'pcs')),
    default_supplier_id integer NOT NULL REFERENCES master.suppliers (supplier_id),
    standard_cost_usd numeric(14, 2) NOT NULL CHECK (standard_cost_usd > 0),
    lead_time_days smallint NOT NULL CHECK (lead_time_days > 0),
    safety_stock_days smallint NOT NULL CHECK (safety_stock_days > 0),
    lot_size integer NOT NULL CHECK (lot_size > 0),
    shelf_life_days smallint CHECK (shelf_life_days > 0),
    inspection_required boolean NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE INDEX materials_default_supplier ON master.materials (default_supplier_id);
COMMENT ON TABLE master.materials IS 'Purchased item: raw material, component, consumable or packaging.';
COMMENT ON COLUMN master.materials.material_id IS 'Key.';
COMMENT ON COLUMN master.materials.material_code IS 'Material number.';
COMMENT ON COLUMN master.materials.material_name IS 'Description.';
COMMENT ON COLUMN master.materials.material_type IS 'raw_material | component | consumable | packaging.';
COMMENT ON COLUMN master.materials.material_group IS 'Purchasing group; steel, aluminium and resin follow commodity prices.';
COMMENT ON COLUMN master.materials.base_unit IS 'Unit of stock, issues and standard cost: kg | pcs.';
COMMENT ON COLUMN master.materials.default_supplier_id IS 'Source with the largest share of the volume.';
COMMENT ON COLUMN master.materials.standard_cost_usd IS 'Standard cost, USD per base unit.';
COMMENT ON COLUMN master.materials.lead_time_days IS 'Planned lead time from order to receipt, calendar days: the default supplier''s.';
COMMENT ON COLUMN master.materials.safety_stock_days IS 'Safety stock, days of planned consumption.';
COMMENT ON COLUMN master.materials.lot_size IS 'Order quantities are multiples of it [base units].';
COMMENT ON COLUMN master.materials.shelf_life_days IS 'Shelf life, days from receipt; NULL: unlimited.';
COMMENT ON COLUMN master.materials.inspection_required IS 'Receipts go through incoming inspection.';
COMMENT ON COLUMN master.materials.created_at IS 'When the record was entered.';

CREATE TABLE master.material_suppliers (
    material_supplier_id integer PRIMARY KEY,
    material_id integer NOT NULL REFERENCES master.materials (material_id),
    supplier_id integer NOT NULL REFERENCES master.suppliers (supplier_id),
    supplier_part_number text NOT NULL,
    split_percentage smallint NOT NULL CHECK (split_percentage BETWEEN 1 AND 100),
    price numeric(14, 2) NOT NULL CHECK (price > 0),
    price_unit smallint NOT NULL CHECK (price_unit IN (1, 100, 1000)),
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    minimum_order_quantity integer NOT NULL CHECK (minimum_order_quantity > 0),
    lead_time_days smallint NOT NULL CHECK (lead_time_days > 0),
    valid_from date NOT NULL,
    created_at timestamptz NOT NULL,
    UNIQUE (material_id, supplier_id)
);
CREATE INDEX material_suppliers_supplier ON master.material_suppliers (supplier_id);
COMMENT ON TABLE master.material_suppliers IS 'Approved source of a material; the splits of a material add up to 100 %.';
COMMENT ON COLUMN master.material_suppliers.material_supplier_id IS 'Key: material * 10 + rank of the source; rank 1 is the default supplier.';
COMMENT ON COLUMN master.material_suppliers.material_id IS 'Material.';
COMMENT ON COLUMN master.material_suppliers.supplier_id IS 'Supplier.';
COMMENT ON COLUMN master.material_suppliers.supplier_part_number IS 'The supplier''s number of the material.';
COMMENT ON COLUMN master.material_suppliers.split_percentage IS 'Planned share of the volume, %.';
COMMENT ON COLUMN master.material_suppliers.price IS 'Agreed price of price_unit base units [currency].';
COMMENT ON COLUMN master.material_suppliers.price_unit IS 'Quantity the price is for [base units].';
COMMENT ON COLUMN master.material_suppliers.currency IS 'Currency of the price, ISO 4217.';
COMMENT ON COLUMN master.material_suppliers.minimum_order_quantity IS 'Minimum order quantity [base units].';
COMMENT ON COLUMN master.material_suppliers.lead_time_days IS 'Quoted lead time, calendar days.';
COMMENT ON COLUMN master.material_suppliers.valid_from IS 'Approval date of the source.';
COMMENT ON COLUMN master.material_suppliers.created_at IS 'When the record was entered.';

CREATE TABLE master.departments (
    department_id integer PRIMARY KEY,
    factory_id integer NOT NULL REFERENCES master.factories (factory_id),
    department_code text NOT NULL UNIQUE,
    department_name text NOT NULL UNIQUE,
    function text NOT NULL CHECK (function IN
        ('production', 'maintenance', 'quality', 'logistics', 'planning', 'purchasing', 'sales',
         'customer_service', 'finance', 'human_resources', 'engineering', 'information_technology', 'management')),
    cost_center_code text NOT NULL UNIQUE,
    created_at timestamptz NOT NULL
);
CREATE INDEX departments_factory ON master.departments (factory_id);
COMMENT ON TABLE master.departments IS 'Organisational unit: three at each factory, the group functions at the headquarters.';
COMMENT ON COLUMN master.departments.department_id IS 'Key: factory * 100 + number.';
COMMENT ON COLUMN master.departments.factory_id IS 'Where it sits; people of group functions may work at another factory.';
COMMENT ON COLUMN master.departments.department_code IS 'Department code.';
COMMENT ON COLUMN master.departments.department_name IS 'Name.';
COMMENT ON COLUMN master.departments.function IS 'Business function.';
COMMENT ON COLUMN master.departments.cost_center_code IS 'Cost centre its people are charged to; made together with the department. -> erp.cost_centers(cost_center_code)';
COMMENT ON COLUMN master.departments.created_at IS 'When the record was entered.';

CREATE TABLE master.production_lines (
    line_id integer PRIMARY KEY,
    factory_id integer NOT NULL REFERENCES master.factories (factory_id),
    line_code text NOT NULL UNIQUE CHECK (line_code ~ '^L[0-9]{3,}$'),
    line_name text NOT NULL,
    line_type text NOT NULL,
    product_category text NOT NULL,
    shift_pattern text NOT NULL,
    design_capacity_units_per_hour integer NOT NULL CHECK (design_capacity_units_per_hour > 0),
    changeover_time_minutes numeric(6, 1) NOT NULL CHECK (changeover_time_minutes > 0),
    commissioning_date date NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE INDEX production_lines_factory ON master.production_lines (factory_id);
COMMENT ON TABLE master.production_lines IS 'Production line (ISA-95 work centre): machines in series.';
COMMENT ON COLUMN master.production_lines.line_id IS 'Key: factory * 100 + number of the line.';
COMMENT ON COLUMN master.production_lines.factory_id IS 'Factory.';
COMMENT ON COLUMN master.production_lines.line_code IS 'Line code; part of the numbers of its documents.';
COMMENT ON COLUMN master.production_lines.line_name IS 'Name at the site.';
COMMENT ON COLUMN master.production_lines.line_type IS 'Kind of line: which machines it has.';
COMMENT ON COLUMN master.production_lines.product_category IS 'Product family made on it.';
COMMENT ON COLUMN master.production_lines.shift_pattern IS 'Which shifts of the week it works.';
COMMENT ON COLUMN master.production_lines.design_capacity_units_per_hour IS 'Design capacity at its nominal cycle [parts/h].';
COMMENT ON COLUMN master.production_lines.changeover_time_minutes IS 'Planned changeover between products, minutes.';
COMMENT ON COLUMN master.production_lines.commissioning_date IS 'Start of production on the line.';
COMMENT ON COLUMN master.production_lines.created_at IS 'When the record was entered.';

CREATE TABLE master.machines (
    machine_id integer PRIMARY KEY,
    line_id integer NOT NULL REFERENCES master.production_lines (line_id),
    machine_code text NOT NULL UNIQUE,
    machine_name text NOT NULL,
    machine_type text NOT NULL,
    position smallint NOT NULL CHECK (position > 0),
    manufacturer text NOT NULL,
    model_number text NOT NULL,
    serial_number text NOT NULL UNIQUE,
    installation_date date NOT NULL,
    last_major_overhaul date,
    design_capacity_units_per_hour integer NOT NULL CHECK (design_capacity_units_per_hour > 0),
    power_rating_kw numeric(8, 1) NOT NULL CHECK (power_rating_kw > 0),
    criticality text NOT NULL CHECK (criticality IN ('A', 'B', 'C')),
    asset_value_usd numeric(14, 2) NOT NULL CHECK (asset_value_usd > 0),
    expected_life_years smallint NOT NULL CHECK (expected_life_years > 0),
    created_at timestamptz NOT NULL,
    CHECK (last_major_overhaul > installation_date),
    UNIQUE (line_id, position)
);
COMMENT ON TABLE master.machines IS 'Machine (ISA-95 work unit, ISO 14224 equipment unit).';
COMMENT ON COLUMN master.machines.machine_id IS 'Key: line * 100 + position.';
COMMENT ON COLUMN master.machines.line_id IS 'Production line.';
COMMENT ON COLUMN master.machines.machine_code IS 'Tag on the shop floor.';
COMMENT ON COLUMN master.machines.machine_name IS 'Name.';
COMMENT ON COLUMN master.machines.machine_type IS 'Kind of machine: which sensors and components it has.';
COMMENT ON COLUMN master.machines.position IS 'Position in the line; parts enter at 1.';
COMMENT ON COLUMN master.machines.manufacturer IS 'Maker.';
COMMENT ON COLUMN master.machines.model_number IS 'Model.';
COMMENT ON COLUMN master.machines.serial_number IS 'Serial number of the maker.';
COMMENT ON COLUMN master.machines.installation_date IS 'Date of installation.';
COMMENT ON COLUMN master.machines.last_major_overhaul IS 'Last general overhaul; NULL: none yet.';
COMMENT ON COLUMN master.machines.design_capacity_units_per_hour IS 'Design capacity; the pace-maker of a line has the line''s [parts/h].';
COMMENT ON COLUMN master.machines.power_rating_kw IS 'Rated power, kW.';
COMMENT ON COLUMN master.machines.criticality IS 'A: the costliest machine of its line; C: the cheapest; B: the others.';
COMMENT ON COLUMN master.machines.asset_value_usd IS 'Replacement value, USD.';
COMMENT ON COLUMN master.machines.expected_life_years IS 'Expected life, years.';
COMMENT ON COLUMN master.machines.created_at IS 'When the record was entered.';

CREATE TABLE master.products (
    product_id integer PRIMARY KEY,
    line_id integer NOT NULL REFERENCES master.production_lines (line_id),
    product_code text NOT NULL UNIQUE,
    product_name text NOT NULL UNIQUE,
    product_category text NOT NULL,
    material_type text NOT NULL CHECK (material_type IN ('steel', 'aluminium', 'resin')),
    standard_cycle_time_seconds numeric(8, 2) NOT NULL CHECK (standard_cycle_time_seconds > 0),
    unit_weight_kg numeric(10, 4) NOT NULL CHECK (unit_weight_kg > 0),
    material_cost_usd numeric(14, 2) NOT NULL CHECK (material_cost_usd > 0),
    conversion_cost_usd numeric(14, 2) NOT NULL CHECK (conversion_cost_usd > 0),
    standard_cost_usd numeric(14, 2) NOT NULL,
    list_price_usd numeric(14, 2) NOT NULL CHECK (list_price_usd > standard_cost_usd),
    launched_on date NOT NULL,
    created_at timestamptz NOT NULL,
    CHECK (standard_cost_usd = material_cost_usd + conversion_cost_usd)
);
CREATE INDEX products_line ON master.products (line_id);
COMMENT ON TABLE master.products IS 'Finished part number; made on one line.';
COMMENT ON COLUMN master.products.product_id IS 'Key: line * 100 + rank in the demand of the line.';
COMMENT ON COLUMN master.products.line_id IS 'Line that makes it.';
COMMENT ON COLUMN master.products.product_code IS 'Part number.';
COMMENT ON COLUMN master.products.product_name IS 'Description.';
COMMENT ON COLUMN master.products.product_category IS 'Product family.';
COMMENT ON COLUMN master.products.material_type IS 'Material of the body.';
COMMENT ON COLUMN master.products.standard_cycle_time_seconds IS 'Ideal cycle time of the line for this product, seconds per part.';
COMMENT ON COLUMN master.products.unit_weight_kg IS 'Net weight, kg per part.';
COMMENT ON COLUMN master.products.material_cost_usd IS 'USD per part: sum over the bill of materials of quantity * (1 + scrap) * standard cost, rounded once.';
COMMENT ON COLUMN master.products.conversion_cost_usd IS 'Labour and machine cost at standard, USD per part.';
COMMENT ON COLUMN master.products.standard_cost_usd IS 'Standard cost, USD per part.';
COMMENT ON COLUMN master.products.list_price_usd IS 'List price, USD per part.';
COMMENT ON COLUMN master.products.launched_on IS 'Start of series production.';
COMMENT ON COLUMN master.products.created_at IS 'When the record was entered.';

CREATE TABLE master.bill_of_materials (
    bom_id integer PRIMARY KEY,
    product_id integer NOT NULL REFERENCES master.products (product_id),
    bom_number text NOT NULL UNIQUE,
    revision smallint NOT NULL CHECK (revision > 0),
    effective_from date NOT NULL,
    created_at timestamptz NOT NULL,
    UNIQUE (product_id, revision)
);
COMMENT ON TABLE master.bill_of_materials IS 'Bill of materials of a product revision; quantities are for one part.';
COMMENT ON COLUMN master.bill_of_materials.bom_id IS 'Key: product * 100 + revision.';
COMMENT ON COLUMN master.bill_of_materials.product_id IS 'Product.';
COMMENT ON COLUMN master.bill_of_materials.bom_number IS 'Document number.';
COMMENT ON COLUMN master.bill_of_materials.revision IS 'Revision; each engineering change raises it.';
COMMENT ON COLUMN master.bill_of_materials.effective_from IS 'First production day of the revision.';
COMMENT ON COLUMN master.bill_of_materials.created_at IS 'When the record was entered.';

CREATE TABLE master.bom_components (
    bom_component_id bigint PRIMARY KEY,
    bom_id integer NOT NULL REFERENCES master.bill_of_materials (bom_id),
    position smallint NOT NULL CHECK (position > 0),
    material_id integer NOT NULL REFERENCES master.materials (material_id),
    quantity_per numeric(12, 4) NOT NULL CHECK (quantity_per > 0),
    scrap_percentage numeric(5, 2) NOT NULL CHECK (scrap_percentage BETWEEN 0 AND 20),
    created_at timestamptz NOT NULL,
    UNIQUE (bom_id, material_id)
);
CREATE INDEX bom_components_material ON master.bom_components (material_id);
COMMENT ON TABLE master.bom_components IS 'Component of a bill of materials.';
COMMENT ON COLUMN master.bom_components.bom_component_id IS 'Key: bill of materials * 100 + position.';
COMMENT ON COLUMN master.bom_components.bom_id IS 'Bill of materials.';
COMMENT ON COLUMN master.bom_components.position IS 'Position on the bill; 1 is the material of the body.';
COMMENT ON COLUMN master.bom_components.material_id IS 'Material.';
COMMENT ON COLUMN master.bom_components.quantity_per IS 'Net quantity for one part [base units of the material].';
COMMENT ON COLUMN master.bom_components.scrap_percentage IS 'Planned component scrap on top of the net quantity, %.';
COMMENT ON COLUMN master.bom_components.created_at IS 'When the record was entered.';

CREATE TABLE master.employees (
    employee_id integer PRIMARY KEY,
    factory_id integer NOT NULL REFERENCES master.factories (factory_id),
    department_id integer NOT NULL REFERENCES master.departments (department_id),
    line_id integer REFERENCES master.production_lines (line_id),
    employee_code text NOT NULL UNIQUE,
    first_name text NOT NULL,
    last_name text NOT NULL,
    email text NOT NULL UNIQUE,
    role text NOT NULL CHECK (role IN
        ('operator', 'relief_operator', 'shift_supervisor', 'maintenance_technician', 'quality_inspector',
         'warehouse_operator', 'plant_manager', 'production_planner', 'process_engineer', 'quality_engineer',
         'buyer', 'controller', 'hr_partner', 'it_specialist', 'sales_representative', 'service_agent',
         'field_technician')),
    crew text CHECK (crew IN ('A', 'B', 'C', 'D')),
    skill_level text NOT NULL CHECK (skill_level IN ('trainee', 'skilled', 'senior', 'expert')),
    hire_date date NOT NULL,
    leave_date date,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (hire_date <= leave_date),
    CHECK (created_at <= updated_at)
);
CREATE INDEX employees_factory ON master.employees (factory_id);
CREATE INDEX employees_department ON master.employees (department_id);
CREATE INDEX employees_line ON master.employees (line_id)
    WHERE line_id IS NOT NULL;
COMMENT ON TABLE master.employees IS 'Person, from the signed contract on.';
COMMENT ON COLUMN master.employees.employee_id IS 'Key: factory * 1000 + post; a successor at the post has 100,000 more than the person before.';
COMMENT ON COLUMN master.employees.factory_id IS 'Place of work.';
COMMENT ON COLUMN master.employees.department_id IS 'Home department.';
COMMENT ON COLUMN master.employees.line_id IS 'Home line of an operator; NULL for everyone else.';
COMMENT ON COLUMN master.employees.employee_code IS 'Personnel number.';
COMMENT ON COLUMN master.employees.first_name IS 'Given name, in the script of the country.';
COMMENT ON COLUMN master.employees.last_name IS 'Family name, in the script of the country.';
COMMENT ON COLUMN master.employees.email IS 'Business address.';
COMMENT ON COLUMN master.employees.role IS 'Role.';
COMMENT ON COLUMN master.employees.crew IS 'Crew of the shift rota; NULL for relief operators and people who work office hours.';
COMMENT ON COLUMN master.employees.skill_level IS 'trainee | skilled | senior | expert: grows with the years in the job, at the start of a pay period.';
COMMENT ON COLUMN master.employees.hire_date IS 'First day of employment.';
COMMENT ON COLUMN master.employees.leave_date IS 'Last day of employment; NULL until it is over.';
COMMENT ON COLUMN master.employees.created_at IS 'When the record was entered.';
COMMENT ON COLUMN master.employees.updated_at IS 'Last change of the row.';

CREATE OR REPLACE VIEW published.shifts AS
SELECT f.factory_id * 10 + s.number AS shift_id, f.factory_id, s.shift_name, s.shift_code, s.start_time,
       s.end_time, f.created_at
FROM master.factories AS f
CROSS JOIN (VALUES
    (1, 'early', 'E', TIME '06:00', TIME '14:00'),
    (2, 'late', 'L', TIME '14:00', TIME '22:00'),
    (3, 'night', 'N', TIME '22:00', TIME '06:00')
) AS s (number, shift_name, shift_code, start_time, end_time);
COMMENT ON VIEW published.shifts IS 'Shifts of each factory, in its local time.';

CREATE OR REPLACE VIEW published.line_product_mapping AS
SELECT p.product_id AS mapping_id, p.line_id, p.product_id, l.factory_id, p.standard_cycle_time_seconds,
       l.changeover_time_minutes, p.created_at
FROM master.products AS p
JOIN master.production_lines AS l USING (line_id);
COMMENT ON VIEW published.line_product_mapping IS 'Which line makes which product, and how fast.';
