-- Transport management: outbound shipments from planning to the signature of the customer and the audited
-- bill of the carrier; returns; the own fleet. The own fleet is a carrier too, with a rate card and without
-- invoices. Freight is rated in the currency of the carrier; parts are counted in pieces.

CREATE SCHEMA tms;
CREATE SCHEMA IF NOT EXISTS published;

-- Carriers and their rates.

CREATE TABLE tms.carriers (
    carrier_id integer PRIMARY KEY,
    company_id integer NOT NULL,
    carrier_code text NOT NULL UNIQUE CHECK (carrier_code ~ '^CR[0-9]{3}$'),
    carrier_name text NOT NULL UNIQUE,
    scac text NOT NULL UNIQUE CHECK (scac ~ '^[A-Z]{2,4}$'),
    carrier_type text NOT NULL CHECK (carrier_type IN
        ('parcel', 'less_than_truckload', 'full_truckload', 'air', 'ocean', 'own_fleet')),
    country text NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    payment_terms_days smallint NOT NULL CHECK (payment_terms_days > 0),
    tracking_source text NOT NULL CHECK (tracking_source IN ('edi', 'api', 'telematics', 'portal')),
    max_liability_per_kg numeric(8, 2) NOT NULL CHECK (max_liability_per_kg >= 0),
    on_time_target_percentage numeric(5, 2) NOT NULL CHECK (on_time_target_percentage BETWEEN 0 AND 100),
    carrier_status text NOT NULL CHECK (carrier_status IN ('active', 'on_hold')),
    approved_on date NOT NULL,
    created_at timestamptz NOT NULL
);
COMMENT ON TABLE tms.carriers IS 'Carrier under contract, or the own fleet.';
COMMENT ON COLUMN tms.carriers.carrier_id IS 'Key.';
COMMENT ON COLUMN tms.carriers.company_id IS 'Company of the group that holds the contract. -> master.companies(company_id)';
COMMENT ON COLUMN tms.carriers.carrier_code IS 'Carrier number.';
COMMENT ON COLUMN tms.carriers.carrier_name IS 'Registered name.';
COMMENT ON COLUMN tms.carriers.scac IS 'Standard carrier alpha code, used in messages and on labels.';
COMMENT ON COLUMN tms.carriers.carrier_type IS 'parcel | less_than_truckload | full_truckload | air | ocean | own_fleet.';
COMMENT ON COLUMN tms.carriers.country IS 'Country of the registered office, ISO 3166-1 alpha-2.';
COMMENT ON COLUMN tms.carriers.currency IS 'Currency of its rates and invoices, ISO 4217.';
COMMENT ON COLUMN tms.carriers.payment_terms_days IS 'Payment terms, days net from the invoice date.';
COMMENT ON COLUMN tms.carriers.tracking_source IS 'How its milestones arrive: edi | api | telematics (own vehicles) | portal (typed in by its staff).';
COMMENT ON COLUMN tms.carriers.max_liability_per_kg IS 'Liability for loss and damage; 0 for the own fleet [currency/kg].';
COMMENT ON COLUMN tms.carriers.on_time_target_percentage IS 'Agreed share of deliveries on time, %.';
COMMENT ON COLUMN tms.carriers.carrier_status IS 'active | on_hold: gets no new shipments.';
COMMENT ON COLUMN tms.carriers.approved_on IS 'First day of the contract.';
COMMENT ON COLUMN tms.carriers.created_at IS 'When the record was entered.';

CREATE TABLE tms.carrier_services (
    carrier_service_id integer PRIMARY KEY,
    carrier_id integer NOT NULL REFERENCES tms.carriers (carrier_id),
    service_code text NOT NULL UNIQUE,
    service_name text NOT NULL,
    service_level text NOT NULL CHECK (service_level IN ('economy', 'standard', 'express', 'next_day')),
    transport_mode text NOT NULL CHECK (transport_mode IN ('road', 'air', 'sea', 'rail')),
    scope text NOT NULL CHECK (scope IN ('domestic', 'international')),
    transit_days_min smallint NOT NULL CHECK (transit_days_min >= 0),
    transit_days_max smallint NOT NULL,
    volumetric_factor_kg_per_m3 integer NOT NULL CHECK (volumetric_factor_kg_per_m3 > 0),
    max_package_weight_kg integer CHECK (max_package_weight_kg > 0),
    max_shipment_weight_kg integer NOT NULL CHECK (max_shipment_weight_kg > 0),
    pickup_cutoff_hour smallint NOT NULL CHECK (pickup_cutoff_hour BETWEEN 8 AND 20),
    saturday_delivery boolean NOT NULL,
    created_at timestamptz NOT NULL,
    CHECK (transit_days_min <= transit_days_max)
);
CREATE INDEX carrier_services_carrier ON tms.carrier_services (carrier_id);
COMMENT ON TABLE tms.carrier_services IS 'Service of a carrier: a level of speed within a mode and a scope.';
COMMENT ON COLUMN tms.carrier_services.carrier_service_id IS 'Key: carrier * 100 + number.';
COMMENT ON COLUMN tms.carrier_services.carrier_id IS 'Carrier.';
COMMENT ON COLUMN tms.carrier_services.service_code IS 'Service code, with that of the carrier.';
COMMENT ON COLUMN tms.carrier_services.service_name IS 'Name the carrier sells it by.';
COMMENT ON COLUMN tms.carrier_services.service_level IS 'economy | standard | express | next_day.';
COMMENT ON COLUMN tms.carrier_services.transport_mode IS 'Main leg: road | air | sea | rail.';
COMMENT ON COLUMN tms.carrier_services.scope IS 'domestic | international.';
COMMENT ON COLUMN tms.carrier_services.transit_days_min IS 'Shortest transit time promised over all lanes, working days.';
COMMENT ON COLUMN tms.carrier_services.transit_days_max IS 'Longest transit time promised over all lanes, working days.';
COMMENT ON COLUMN tms.carrier_services.volumetric_factor_kg_per_m3 IS 'Weight that a cubic metre is charged as, at least [kg/m3].';
COMMENT ON COLUMN tms.carrier_services.max_package_weight_kg IS 'Heaviest single package; NULL where pallets are carried.';
COMMENT ON COLUMN tms.carrier_services.max_shipment_weight_kg IS 'Heaviest shipment.';
COMMENT ON COLUMN tms.carrier_services.pickup_cutoff_hour IS 'Latest hour of the day at which a shipment can be ready to leave on the day, local to the warehouse.';
COMMENT ON COLUMN tms.carrier_services.saturday_delivery IS 'Delivers on Saturdays.';
COMMENT ON COLUMN tms.carrier_services.created_at IS 'When the record was entered.';

CREATE TABLE tms.carrier_rates (
    carrier_rate_id integer PRIMARY KEY,
    carrier_service_id integer NOT NULL REFERENCES tms.carrier_services (carrier_service_id),
    origin_country text NOT NULL CHECK (origin_country ~ '^[A-Z]{2}$'),
    destination_country text NOT NULL CHECK (destination_country ~ '^[A-Z]{2}$'),
    min_weight_kg numeric(10, 2) NOT NULL CHECK (min_weight_kg >= 0),
    max_weight_kg numeric(10, 2) NOT NULL,
    standard_transit_days smallint NOT NULL CHECK (standard_transit_days >= 0),
    base_rate numeric(14, 2) NOT NULL CHECK (base_rate >= 0),
    per_kg_rate numeric(12, 4) NOT NULL CHECK (per_kg_rate >= 0),
    minimum_charge numeric(14, 2) NOT NULL CHECK (minimum_charge > 0),
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    effective_date date NOT NULL,
    expiry_date date NOT NULL,
    created_at timestamptz NOT NULL,
    UNIQUE (carrier_service_id, origin_country, destination_country, effective_date, min_weight_kg),
    CHECK (min_weight_kg < max_weight_kg),
    CHECK (base_rate > 0 OR per_kg_rate > 0),
    CHECK (effective_date < expiry_date)
);
CREATE INDEX carrier_rates_lane ON tms.carrier_rates (origin_country, destination_country, effective_date);
COMMENT ON TABLE tms.carrier_rates IS 'Rate card: price of a service on a lane within a weight break, for a time; breaks of a lane adjoin without overlap.';
COMMENT ON COLUMN tms.carrier_rates.carrier_rate_id IS 'Key.';
COMMENT ON COLUMN tms.carrier_rates.carrier_service_id IS 'Service.';
COMMENT ON COLUMN tms.carrier_rates.origin_country IS 'Lane: country of the warehouse, ISO 3166-1 alpha-2.';
COMMENT ON COLUMN tms.carrier_rates.destination_country IS 'Lane: country of the customer, ISO 3166-1 alpha-2.';
COMMENT ON COLUMN tms.carrier_rates.min_weight_kg IS 'Weight break: chargeable weight from this, exclusive.';
COMMENT ON COLUMN tms.carrier_rates.max_weight_kg IS 'Weight break: chargeable weight up to this, inclusive.';
COMMENT ON COLUMN tms.carrier_rates.standard_transit_days IS 'Transit time promised on the lane, working days.';
COMMENT ON COLUMN tms.carrier_rates.base_rate IS 'Amount a shipment, in the currency of the rate.';
COMMENT ON COLUMN tms.carrier_rates.per_kg_rate IS 'Amount a kg of chargeable weight [currency/kg].';
COMMENT ON COLUMN tms.carrier_rates.minimum_charge IS 'Least freight of a shipment; the freight is the base rate plus weight times rate, or this if it is more.';
COMMENT ON COLUMN tms.carrier_rates.currency IS 'Currency of the carrier, ISO 4217.';
COMMENT ON COLUMN tms.carrier_rates.effective_date IS 'First ship date it is valid for.';
COMMENT ON COLUMN tms.carrier_rates.expiry_date IS 'First ship date it is no longer valid for.';
COMMENT ON COLUMN tms.carrier_rates.created_at IS 'When the record was entered.';

-- Own fleet.

CREATE TABLE tms.vehicles (
    vehicle_id integer PRIMARY KEY,
    vehicle_code text NOT NULL UNIQUE,
    factory_id integer NOT NULL,
    vehicle_type text NOT NULL CHECK (vehicle_type IN ('van', 'rigid_truck', 'articulated_truck')),
    licence_plate text NOT NULL UNIQUE,
    manufacturer text NOT NULL,
    model text NOT NULL,
    registered_on date NOT NULL,
    fuel_type text NOT NULL CHECK (fuel_type IN ('diesel', 'natural_gas', 'electric')),
    capacity_kg integer NOT NULL CHECK (capacity_kg > 0),
    capacity_m3 numeric(6, 2) NOT NULL CHECK (capacity_m3 > 0),
    pallet_places smallint NOT NULL CHECK (pallet_places > 0),
    cost_per_km_usd numeric(8, 4) NOT NULL CHECK (cost_per_km_usd > 0),
    odometer_km numeric(10, 1) NOT NULL CHECK (odometer_km >= 0),
    last_service_date date,
    next_inspection_date date NOT NULL,
    vehicle_status text NOT NULL CHECK (vehicle_status IN ('available', 'on_route', 'in_workshop')),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (registered_on <= last_service_date),
    CHECK (registered_on < next_inspection_date),
    CHECK (created_at <= updated_at)
);
CREATE INDEX vehicles_factory ON tms.vehicles (factory_id);
COMMENT ON TABLE tms.vehicles IS 'Vehicle of the own fleet.';
COMMENT ON COLUMN tms.vehicles.vehicle_id IS 'Key: factory * 100 + number.';
COMMENT ON COLUMN tms.vehicles.vehicle_code IS 'Fleet number.';
COMMENT ON COLUMN tms.vehicles.factory_id IS 'Home site. -> master.factories(factory_id)';
COMMENT ON COLUMN tms.vehicles.vehicle_type IS 'van | rigid_truck | articulated_truck.';
COMMENT ON COLUMN tms.vehicles.licence_plate IS 'Registration.';
COMMENT ON COLUMN tms.vehicles.manufacturer IS 'Maker.';
COMMENT ON COLUMN tms.vehicles.model IS 'Model.';
COMMENT ON COLUMN tms.vehicles.registered_on IS 'First registration.';
COMMENT ON COLUMN tms.vehicles.fuel_type IS 'diesel | natural_gas | electric.';
COMMENT ON COLUMN tms.vehicles.capacity_kg IS 'Payload.';
COMMENT ON COLUMN tms.vehicles.capacity_m3 IS 'Volume of the cargo space.';
COMMENT ON COLUMN tms.vehicles.pallet_places IS 'Pallets that fit on the floor.';
COMMENT ON COLUMN tms.vehicles.cost_per_km_usd IS 'Standard running cost without driver [USD/km].';
COMMENT ON COLUMN tms.vehicles.odometer_km IS 'Distance since registration, at the end of its last route.';
COMMENT ON COLUMN tms.vehicles.last_service_date IS 'Day of the last workshop service; NULL before the first.';
COMMENT ON COLUMN tms.vehicles.next_inspection_date IS 'Day on which the next roadworthiness test is due.';
COMMENT ON COLUMN tms.vehicles.vehicle_status IS 'available | on_route | in_workshop.';
COMMENT ON COLUMN tms.vehicles.created_at IS 'When the record was entered.';
COMMENT ON COLUMN tms.vehicles.updated_at IS 'Last change of the row.';

CREATE TABLE tms.drivers (
    driver_id integer PRIMARY KEY,
    driver_code text NOT NULL UNIQUE,
    employee_id integer UNIQUE,
    factory_id integer NOT NULL,
    first_name text NOT NULL,
    last_name text NOT NULL,
    licence_class text NOT NULL CHECK (licence_class IN ('B', 'C', 'CE')),
    licence_number text NOT NULL UNIQUE,
    licence_expiry_date date NOT NULL,
    hazmat_certified boolean NOT NULL,
    active_from date NOT NULL,
    active_until date,
    driver_status text NOT NULL CHECK (driver_status IN ('active', 'inactive')),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (active_from <= active_until),
    CHECK (active_from < licence_expiry_date),
    CHECK ((driver_status = 'inactive') = (active_until IS NOT NULL)),
    CHECK (created_at <= updated_at)
);
CREATE INDEX drivers_factory ON tms.drivers (factory_id);
COMMENT ON TABLE tms.drivers IS 'Driver of the own fleet: hired from an agency, or a warehouse employee with a truck licence.';
COMMENT ON COLUMN tms.drivers.driver_id IS 'Key: factory * 100 + number.';
COMMENT ON COLUMN tms.drivers.driver_code IS 'Driver number.';
COMMENT ON COLUMN tms.drivers.employee_id IS 'Employee, about 1 in 10; NULL for agency drivers. -> master.employees(employee_id)';
COMMENT ON COLUMN tms.drivers.factory_id IS 'Home site. -> master.factories(factory_id)';
COMMENT ON COLUMN tms.drivers.first_name IS 'Given name, in the script of the country.';
COMMENT ON COLUMN tms.drivers.last_name IS 'Family name, in the script of the country.';
COMMENT ON COLUMN tms.drivers.licence_class IS 'B (vans) | C (rigid trucks) | CE (articulated trucks); each includes those before it.';
COMMENT ON COLUMN tms.drivers.licence_number IS 'Number of the driving licence.';
COMMENT ON COLUMN tms.drivers.licence_expiry_date IS 'Last day of the licence; moves when it is renewed.';
COMMENT ON COLUMN tms.drivers.hazmat_certified IS 'May carry dangerous goods.';
COMMENT ON COLUMN tms.drivers.active_from IS 'First day of driving.';
COMMENT ON COLUMN tms.drivers.active_until IS 'Last day of driving; NULL while active.';
COMMENT ON COLUMN tms.drivers.driver_status IS 'active | inactive.';
COMMENT ON COLUMN tms.drivers.created_at IS 'When the record was entered.';
COMMENT ON COLUMN tms.drivers.updated_at IS 'Last change of the row.';

CREATE TABLE tms.routes (
    route_id bigint PRIMARY KEY,
    route_number text NOT NULL UNIQUE CHECK (route_number ~ '^RT-F[0-9]+-[0-9]{8}-[0-9]{2,}$'),
    route_date date NOT NULL,
    vehicle_id integer NOT NULL REFERENCES tms.vehicles (vehicle_id),
    driver_id integer NOT NULL REFERENCES tms.drivers (driver_id),
    origin_warehouse_id integer NOT NULL,
    route_type text NOT NULL CHECK (route_type IN ('delivery', 'milk_run', 'collection')),
    number_of_stops smallint NOT NULL CHECK (number_of_stops >= 2),
    completed_stops smallint NOT NULL CHECK (completed_stops BETWEEN 0 AND number_of_stops),
    planned_start_at timestamptz NOT NULL,
    planned_end_at timestamptz NOT NULL,
    planned_distance_km numeric(7, 1) NOT NULL CHECK (planned_distance_km > 0),
    total_weight_kg numeric(10, 2) CHECK (total_weight_kg > 0),
    total_volume_m3 numeric(8, 3) CHECK (total_volume_m3 > 0),
    actual_start_at timestamptz,
    actual_end_at timestamptz,
    actual_distance_km numeric(7, 1) CHECK (actual_distance_km > 0),
    driving_minutes integer CHECK (driving_minutes > 0),
    route_cost_usd numeric(14, 2) CHECK (route_cost_usd > 0),
    route_status text NOT NULL CHECK (route_status IN ('planned', 'in_progress', 'completed')),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (vehicle_id, route_date),
    CHECK (planned_start_at < planned_end_at),
    CHECK (created_at < planned_start_at),
    CHECK (created_at <= actual_start_at),
    CHECK (actual_start_at < actual_end_at),
    CHECK (driving_minutes * 60 <= extract(epoch FROM actual_end_at - actual_start_at)),
    CHECK (created_at <= updated_at),
    CHECK (greatest(actual_start_at, actual_end_at) <= updated_at),
    CHECK (num_nulls(actual_start_at, total_weight_kg, total_volume_m3)
        = CASE route_status WHEN 'planned' THEN 3 ELSE 0 END),
    CHECK (num_nulls(actual_end_at, actual_distance_km, driving_minutes, route_cost_usd)
        = CASE route_status WHEN 'completed' THEN 0 ELSE 4 END),
    CHECK (route_status <> 'planned' OR completed_stops = 0),
    CHECK (route_status <> 'completed' OR completed_stops = number_of_stops)
);
CREATE INDEX routes_driver ON tms.routes (driver_id, route_date);
CREATE INDEX routes_date ON tms.routes (route_date);
COMMENT ON TABLE tms.routes IS 'Tour of an own vehicle and its driver on one day.';
COMMENT ON COLUMN tms.routes.route_id IS 'Key: factory, date, sequence.';
COMMENT ON COLUMN tms.routes.route_number IS 'Readable number of the same parts: RT-F<factory>-<yyyymmdd>-<sequence>.';
COMMENT ON COLUMN tms.routes.route_date IS 'Day of the tour, local.';
COMMENT ON COLUMN tms.routes.vehicle_id IS 'Vehicle.';
COMMENT ON COLUMN tms.routes.driver_id IS 'Driver.';
COMMENT ON COLUMN tms.routes.origin_warehouse_id IS 'Warehouse where it starts and ends. -> master.warehouses(warehouse_id)';
COMMENT ON COLUMN tms.routes.route_type IS 'delivery | milk_run (same customers every time) | collection (fetches returns as well).';
COMMENT ON COLUMN tms.routes.number_of_stops IS 'Stops, the start and the return to the depot included.';
COMMENT ON COLUMN tms.routes.completed_stops IS 'Stops left behind so far.';
COMMENT ON COLUMN tms.routes.planned_start_at IS 'Planned departure.';
COMMENT ON COLUMN tms.routes.planned_end_at IS 'Planned return.';
COMMENT ON COLUMN tms.routes.planned_distance_km IS 'Planned distance: the sum of the legs to its stops.';
COMMENT ON COLUMN tms.routes.total_weight_kg IS 'Weight carried on departure, at most the payload of the vehicle; known when it starts.';
COMMENT ON COLUMN tms.routes.total_volume_m3 IS 'Volume carried on departure; known when it starts.';
COMMENT ON COLUMN tms.routes.actual_start_at IS 'Departure; known when it starts.';
COMMENT ON COLUMN tms.routes.actual_end_at IS 'Return; known when it ends.';
COMMENT ON COLUMN tms.routes.actual_distance_km IS 'Distance by the odometer; known when it ends.';
COMMENT ON COLUMN tms.routes.driving_minutes IS 'Time at the wheel by the tachograph; known when it ends.';
COMMENT ON COLUMN tms.routes.route_cost_usd IS 'Distance at the cost of the vehicle plus driver''s time, USD; known when it ends.';
COMMENT ON COLUMN tms.routes.route_status IS 'planned | in_progress | completed.';
COMMENT ON COLUMN tms.routes.created_at IS 'When the route was planned.';
COMMENT ON COLUMN tms.routes.updated_at IS 'Last change of the row.';

CREATE TABLE tms.route_stops (
    route_stop_id bigint PRIMARY KEY,
    route_id bigint NOT NULL REFERENCES tms.routes (route_id),
    stop_sequence smallint NOT NULL CHECK (stop_sequence > 0),
    stop_type text NOT NULL CHECK (stop_type IN ('depot', 'delivery', 'pickup')),
    customer_id integer,
    leg_distance_km numeric(7, 1) NOT NULL CHECK (leg_distance_km >= 0),
    planned_arrival_at timestamptz NOT NULL,
    planned_departure_at timestamptz NOT NULL,
    packages_to_handle smallint NOT NULL CHECK (packages_to_handle >= 0),
    packages_handled smallint CHECK (packages_handled BETWEEN 0 AND packages_to_handle),
    weight_kg numeric(10, 2) NOT NULL CHECK (weight_kg >= 0),
    actual_arrival_at timestamptz,
    actual_departure_at timestamptz,
    stop_status text NOT NULL CHECK (stop_status IN ('planned', 'arrived', 'completed', 'failed')),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (route_id, stop_sequence),
    CHECK ((stop_type = 'depot') = (customer_id IS NULL)),
    CHECK ((stop_sequence = 1) = (leg_distance_km = 0)),
    CHECK (planned_arrival_at <= planned_departure_at),
    CHECK (actual_arrival_at <= actual_departure_at),
    CHECK (created_at <= updated_at),
    CHECK (greatest(actual_arrival_at, actual_departure_at) <= updated_at),
    CHECK ((stop_status = 'planned') = (actual_arrival_at IS NULL)),
    CHECK ((stop_status IN ('completed', 'failed')) = (actual_departure_at IS NOT NULL)),
    CHECK ((actual_departure_at IS NULL) = (packages_handled IS NULL)),
    CHECK (stop_status <> 'failed' OR (stop_type <> 'depot' AND packages_handled = 0))
);
CREATE INDEX route_stops_customer ON tms.route_stops (customer_id) WHERE customer_id IS NOT NULL;
COMMENT ON TABLE tms.route_stops IS 'Stop of a route, the start and the return to the depot included; the deliveries made at it name it.';
COMMENT ON COLUMN tms.route_stops.route_stop_id IS 'Key.';
COMMENT ON COLUMN tms.route_stops.route_id IS 'Route.';
COMMENT ON COLUMN tms.route_stops.stop_sequence IS 'Position in the route, from 1.';
COMMENT ON COLUMN tms.route_stops.stop_type IS 'depot | delivery | pickup (of a return).';
COMMENT ON COLUMN tms.route_stops.customer_id IS 'Customer; NULL at the depot. -> master.customers(customer_id)';
COMMENT ON COLUMN tms.route_stops.leg_distance_km IS 'Planned distance from the stop before; 0 at the start.';
COMMENT ON COLUMN tms.route_stops.planned_arrival_at IS 'Planned arrival.';
COMMENT ON COLUMN tms.route_stops.planned_departure_at IS 'Planned departure.';
COMMENT ON COLUMN tms.route_stops.packages_to_handle IS 'Packages to unload, or to load at a pickup; 0 at the depot.';
COMMENT ON COLUMN tms.route_stops.packages_handled IS 'Packages unloaded or loaded; known when it leaves.';
COMMENT ON COLUMN tms.route_stops.weight_kg IS 'Planned weight of those packages; 0 at the depot.';
COMMENT ON COLUMN tms.route_stops.actual_arrival_at IS 'Arrival; known when it arrives. At the start, when loading was done.';
COMMENT ON COLUMN tms.route_stops.actual_departure_at IS 'Departure; known when it leaves. At the end, when the vehicle was parked.';
COMMENT ON COLUMN tms.route_stops.stop_status IS 'planned | arrived | completed | failed (nobody there, or refused; about 1 in 40).';
COMMENT ON COLUMN tms.route_stops.created_at IS 'When the route was planned.';
COMMENT ON COLUMN tms.route_stops.updated_at IS 'Last change of the row.';

-- Shipments.

CREATE TABLE tms.shipments (
    shipment_id bigint PRIMARY KEY,
    shipment_number text NOT NULL UNIQUE CHECK (shipment_number ~ '^SH-W[0-9]+-[0-9]{8}-[0-9]{2,}$'),
    sales_order_id bigint NOT NULL,
    customer_id integer NOT NULL,
    origin_warehouse_id integer NOT NULL,
    destination_country text NOT NULL CHECK (destination_country ~ '^[A-Z]{2}$'),
    incoterms text NOT NULL CHECK (incoterms IN ('EXW', 'FCA', 'DAP', 'DDP')),
    carrier_id integer NOT NULL REFERENCES tms.carriers (carrier_id),
    carrier_service_id integer NOT NULL REFERENCES tms.carrier_services (carrier_service_id),
    carrier_rate_id integer REFERENCES tms.carrier_rates (carrier_rate_id),
    is_premium_freight boolean NOT NULL,
    shipping_task_id bigint UNIQUE,
    tracking_number text UNIQUE,
    bol_number text UNIQUE,
    declared_value_usd numeric(14, 2) NOT NULL CHECK (declared_value_usd > 0),
    number_of_packages smallint CHECK (number_of_packages > 0),
    total_weight_kg numeric(12, 2) CHECK (total_weight_kg > 0),
    total_volume_m3 numeric(10, 3) CHECK (total_volume_m3 > 0),
    chargeable_weight_kg numeric(12, 2),
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    fuel_surcharge_percentage numeric(5, 2) CHECK (fuel_surcharge_percentage >= 0),
    freight_cost numeric(14, 2) CHECK (freight_cost > 0),
    fuel_surcharge numeric(14, 2),
    accessorial_charges numeric(14, 2) CHECK (accessorial_charges >= 0),
    total_cost numeric(14, 2),
    scheduled_ship_date date NOT NULL,
    ship_date date,
    estimated_delivery_date date NOT NULL,
    actual_delivery_date date,
    shipment_status text NOT NULL CHECK (shipment_status IN
        ('planned', 'tendered', 'ready', 'in_transit', 'out_for_delivery', 'delivered', 'refused')),
    created_at timestamptz NOT NULL,
    tendered_at timestamptz,
    ready_at timestamptz,
    shipped_at timestamptz,
    delivered_at timestamptz,
    updated_at timestamptz NOT NULL,
    CHECK (created_at <= tendered_at),
    CHECK (tendered_at <= ready_at),
    CHECK (ready_at <= shipped_at),
    CHECK (shipped_at < delivered_at),
    CHECK (created_at <= updated_at),
    CHECK (greatest(tendered_at, ready_at, shipped_at, delivered_at) <= updated_at),
    CHECK (ship_date <= actual_delivery_date),
    CHECK (num_nulls(tendered_at, tracking_number) = CASE shipment_status WHEN 'planned' THEN 2 ELSE 0 END),
    CHECK (shipping_task_id IS NULL OR tendered_at IS NOT NULL),
    CHECK (ready_at IS NULL OR shipping_task_id IS NOT NULL),
    -- Rated when the packages are weighed: what is known then is known altogether.
    CHECK (num_nulls(ready_at, number_of_packages, total_weight_kg, total_volume_m3, chargeable_weight_kg,
        carrier_rate_id, fuel_surcharge_percentage, freight_cost, fuel_surcharge, accessorial_charges,
        total_cost) = CASE WHEN shipment_status IN ('planned', 'tendered') THEN 11 ELSE 0 END),
    CHECK (chargeable_weight_kg >= total_weight_kg),
    CHECK (fuel_surcharge = round(freight_cost * fuel_surcharge_percentage / 100, 2)),
    CHECK (total_cost = freight_cost + fuel_surcharge + accessorial_charges),
    CHECK (num_nulls(shipped_at, ship_date, bol_number)
        = CASE WHEN shipment_status IN ('planned', 'tendered', 'ready') THEN 3 ELSE 0 END),
    CHECK (num_nulls(delivered_at, actual_delivery_date)
        = CASE shipment_status WHEN 'delivered' THEN 0 ELSE 2 END)
);
CREATE INDEX shipments_sales_order ON tms.shipments (sales_order_id);
CREATE INDEX shipments_customer ON tms.shipments (customer_id, ship_date);
CREATE INDEX shipments_carrier ON tms.shipments (carrier_id, ship_date);
CREATE INDEX shipments_service ON tms.shipments (carrier_service_id);
CREATE INDEX shipments_rate ON tms.shipments (carrier_rate_id);
CREATE INDEX shipments_origin ON tms.shipments (origin_warehouse_id, ship_date);
CREATE INDEX shipments_not_done ON tms.shipments (estimated_delivery_date)
    WHERE shipment_status NOT IN ('delivered', 'refused');
COMMENT ON TABLE tms.shipments IS 'Outbound shipment: goods of one sales order that leave one warehouse together.';
COMMENT ON COLUMN tms.shipments.shipment_id IS 'Key: warehouse, day of planning, sequence.';
COMMENT ON COLUMN tms.shipments.shipment_number IS 'Readable number of the same parts: SH-W<warehouse>-<yyyymmdd>-<sequence>.';
COMMENT ON COLUMN tms.shipments.sales_order_id IS 'Sales order. -> erp.sales_orders(sales_order_id)';
COMMENT ON COLUMN tms.shipments.customer_id IS 'Ship-to customer. -> master.customers(customer_id)';
COMMENT ON COLUMN tms.shipments.origin_warehouse_id IS 'Warehouse it leaves from. -> master.warehouses(warehouse_id)';
COMMENT ON COLUMN tms.shipments.destination_country IS 'Country of the ship-to address, ISO 3166-1 alpha-2.';
COMMENT ON COLUMN tms.shipments.incoterms IS 'Delivery terms of the order, Incoterms 2020; we book and pay the carrier under all of them, and charge it on under EXW and FCA.';
COMMENT ON COLUMN tms.shipments.carrier_id IS 'Carrier.';
COMMENT ON COLUMN tms.shipments.carrier_service_id IS 'Service of the carrier.';
COMMENT ON COLUMN tms.shipments.carrier_rate_id IS 'Rate it was costed with; known when ready.';
COMMENT ON COLUMN tms.shipments.is_premium_freight IS 'A faster service than the order calls for was bought, because the order was late.';
COMMENT ON COLUMN tms.shipments.shipping_task_id IS 'Shipping task of the warehouse; known when the warehouse has confirmed it, after tendering. -> wms.shipping_tasks(shipping_task_id)';
COMMENT ON COLUMN tms.shipments.tracking_number IS 'Number given by the carrier; known when tendered.';
COMMENT ON COLUMN tms.shipments.bol_number IS 'Bill of lading (consignment note); known when shipped.';
COMMENT ON COLUMN tms.shipments.declared_value_usd IS 'Value of the goods at the prices of the order, USD.';
COMMENT ON COLUMN tms.shipments.number_of_packages IS 'Packages; known when ready.';
COMMENT ON COLUMN tms.shipments.total_weight_kg IS 'Sum of the gross weights of its packages; known when ready.';
COMMENT ON COLUMN tms.shipments.total_volume_m3 IS 'Sum of the volumes of its packages, each rounded to a litre; known when ready.';
COMMENT ON COLUMN tms.shipments.chargeable_weight_kg IS 'Gross weight, or volume times the factor of the service if that is more; known when ready.';
COMMENT ON COLUMN tms.shipments.currency IS 'Currency of the carrier, ISO 4217; the costs below are in it.';
COMMENT ON COLUMN tms.shipments.fuel_surcharge_percentage IS 'Surcharge that the carrier published for the week, % of the freight; known when ready.';
COMMENT ON COLUMN tms.shipments.freight_cost IS 'Freight by the rate card; known when ready.';
COMMENT ON COLUMN tms.shipments.fuel_surcharge IS 'Freight times the surcharge; known when ready.';
COMMENT ON COLUMN tms.shipments.accessorial_charges IS 'Extra services agreed: customs, second delivery and the like; known when ready, may grow on the way.';
COMMENT ON COLUMN tms.shipments.total_cost IS 'Freight, surcharge and extra services: what the carrier''s invoice should say; known when ready.';
COMMENT ON COLUMN tms.shipments.scheduled_ship_date IS 'Day on which it is to leave, local to the warehouse.';
COMMENT ON COLUMN tms.shipments.ship_date IS 'Day on which it left, local to the warehouse; known when shipped.';
COMMENT ON COLUMN tms.shipments.estimated_delivery_date IS 'Day on which it should arrive, local to the customer; changes with each milestone that moves it.';
COMMENT ON COLUMN tms.shipments.actual_delivery_date IS 'Day on which it arrived, local to the customer; known when delivered.';
COMMENT ON COLUMN tms.shipments.shipment_status IS 'planned | tendered (the carrier has accepted) | ready (staged at the dock) | in_transit | out_for_delivery | delivered | refused (turned back by the customer; about 1 in 1000).';
COMMENT ON COLUMN tms.shipments.created_at IS 'When it was planned.';
COMMENT ON COLUMN tms.shipments.tendered_at IS 'When the carrier accepted it; known when tendered.';
COMMENT ON COLUMN tms.shipments.ready_at IS 'When the warehouse had staged it; known when ready.';
COMMENT ON COLUMN tms.shipments.shipped_at IS 'Departure of the truck; known when shipped.';
COMMENT ON COLUMN tms.shipments.delivered_at IS 'Hand-over to the customer; known when delivered.';
COMMENT ON COLUMN tms.shipments.updated_at IS 'Last change of the row.';

CREATE TABLE tms.shipment_packages (
    package_id bigint PRIMARY KEY,
    shipment_id bigint NOT NULL REFERENCES tms.shipments (shipment_id),
    package_number smallint NOT NULL CHECK (package_number > 0),
    handling_unit_id bigint NOT NULL UNIQUE,
    package_type text NOT NULL CHECK (package_type IN ('carton', 'container', 'pallet')),
    weight_kg numeric(10, 2) NOT NULL CHECK (weight_kg > 0),
    length_cm integer NOT NULL CHECK (length_cm > 0),
    width_cm integer NOT NULL CHECK (width_cm > 0),
    height_cm integer NOT NULL CHECK (height_cm > 0),
    created_at timestamptz NOT NULL,
    UNIQUE (shipment_id, package_number)
);
COMMENT ON TABLE tms.shipment_packages IS 'Package of a shipment: one shipping unit of the warehouse.';
COMMENT ON COLUMN tms.shipment_packages.package_id IS 'Key.';
COMMENT ON COLUMN tms.shipment_packages.shipment_id IS 'Shipment.';
COMMENT ON COLUMN tms.shipment_packages.package_number IS 'Number in the shipment, from 1.';
COMMENT ON COLUMN tms.shipment_packages.handling_unit_id IS 'Shipping unit. -> wms.handling_units(handling_unit_id)';
COMMENT ON COLUMN tms.shipment_packages.package_type IS 'carton | container (returnable box) | pallet.';
COMMENT ON COLUMN tms.shipment_packages.weight_kg IS 'Gross weight.';
COMMENT ON COLUMN tms.shipment_packages.length_cm IS 'Outer length [cm].';
COMMENT ON COLUMN tms.shipment_packages.width_cm IS 'Outer width [cm].';
COMMENT ON COLUMN tms.shipment_packages.height_cm IS 'Outer height [cm].';
COMMENT ON COLUMN tms.shipment_packages.created_at IS 'When the shipment was ready and the row was recorded.';

CREATE TABLE tms.shipment_lines (
    shipment_line_id bigint PRIMARY KEY,
    shipment_id bigint NOT NULL REFERENCES tms.shipments (shipment_id),
    line_number smallint NOT NULL CHECK (line_number > 0),
    sales_order_line_id bigint NOT NULL,
    product_id integer NOT NULL,
    lot_id bigint NOT NULL,
    quantity integer NOT NULL CHECK (quantity > 0),
    net_weight_kg numeric(12, 2) NOT NULL CHECK (net_weight_kg > 0),
    created_at timestamptz NOT NULL,
    UNIQUE (shipment_id, line_number),
    UNIQUE (shipment_id, sales_order_line_id, lot_id)
);
CREATE INDEX shipment_lines_sales_order_line ON tms.shipment_lines (sales_order_line_id);
CREATE INDEX shipment_lines_lot ON tms.shipment_lines (lot_id);
CREATE INDEX shipment_lines_product ON tms.shipment_lines (product_id, created_at);
COMMENT ON TABLE tms.shipment_lines IS 'Goods shipped: one lot for one sales order line in a shipment.';
COMMENT ON COLUMN tms.shipment_lines.shipment_line_id IS 'Key.';
COMMENT ON COLUMN tms.shipment_lines.shipment_id IS 'Shipment.';
COMMENT ON COLUMN tms.shipment_lines.line_number IS 'Number in the shipment, from 1.';
COMMENT ON COLUMN tms.shipment_lines.sales_order_line_id IS 'Sales order line. -> erp.sales_order_lines(sales_order_line_id)';
COMMENT ON COLUMN tms.shipment_lines.product_id IS 'Finished part. -> master.products(product_id)';
COMMENT ON COLUMN tms.shipment_lines.lot_id IS 'Finished-goods lot. -> erp.inventory_lots(lot_id)';
COMMENT ON COLUMN tms.shipment_lines.quantity IS 'Quantity packed and shipped [pcs].';
COMMENT ON COLUMN tms.shipment_lines.net_weight_kg IS 'Quantity times unit weight of the product.';
COMMENT ON COLUMN tms.shipment_lines.created_at IS 'When the shipment was ready and the row was recorded.';

CREATE TABLE tms.loads (
    load_id bigint PRIMARY KEY,
    load_number text NOT NULL UNIQUE CHECK (load_number ~ '^LD-W[0-9]+-[0-9]{8}-[0-9]{2,}$'),
    origin_warehouse_id integer NOT NULL,
    carrier_id integer NOT NULL REFERENCES tms.carriers (carrier_id),
    route_id bigint UNIQUE REFERENCES tms.routes (route_id),
    load_type text NOT NULL CHECK (load_type IN ('full_truckload', 'consolidated', 'parcel_trailer')),
    capacity_kg integer NOT NULL CHECK (capacity_kg > 0),
    capacity_m3 numeric(6, 2) NOT NULL CHECK (capacity_m3 > 0),
    scheduled_departure_at timestamptz NOT NULL,
    seal_number text,
    total_weight_kg numeric(12, 2) CHECK (total_weight_kg > 0),
    total_volume_m3 numeric(10, 3) CHECK (total_volume_m3 > 0),
    load_status text NOT NULL CHECK (load_status IN ('planned', 'loaded', 'departed')),
    created_at timestamptz NOT NULL,
    loaded_at timestamptz,
    departed_at timestamptz,
    updated_at timestamptz NOT NULL,
    CHECK (created_at < scheduled_departure_at),
    CHECK (created_at < loaded_at),
    CHECK (loaded_at <= departed_at),
    CHECK (created_at <= updated_at),
    CHECK (greatest(loaded_at, departed_at) <= updated_at),
    CHECK (total_weight_kg <= capacity_kg),
    CHECK (total_volume_m3 <= capacity_m3),
    CHECK (num_nulls(loaded_at, seal_number, total_weight_kg, total_volume_m3)
        = CASE load_status WHEN 'planned' THEN 4 ELSE 0 END),
    CHECK ((load_status = 'departed') = (departed_at IS NOT NULL))
);
CREATE INDEX loads_carrier ON tms.loads (carrier_id, scheduled_departure_at);
CREATE INDEX loads_origin ON tms.loads (origin_warehouse_id, scheduled_departure_at);
COMMENT ON TABLE tms.loads IS 'Truck load: shipments of one warehouse that leave on the same vehicle.';
COMMENT ON COLUMN tms.loads.load_id IS 'Key: warehouse, day of departure, sequence.';
COMMENT ON COLUMN tms.loads.load_number IS 'Readable number of the same parts: LD-W<warehouse>-<yyyymmdd>-<sequence>.';
COMMENT ON COLUMN tms.loads.origin_warehouse_id IS 'Warehouse it leaves from. -> master.warehouses(warehouse_id)';
COMMENT ON COLUMN tms.loads.carrier_id IS 'Carrier that drives it.';
COMMENT ON COLUMN tms.loads.route_id IS 'Route, for the own fleet; NULL for other carriers.';
COMMENT ON COLUMN tms.loads.load_type IS 'full_truckload (one customer) | consolidated (several customers) | parcel_trailer (collected by a parcel carrier).';
COMMENT ON COLUMN tms.loads.capacity_kg IS 'Payload of the vehicle ordered.';
COMMENT ON COLUMN tms.loads.capacity_m3 IS 'Volume of the vehicle ordered.';
COMMENT ON COLUMN tms.loads.scheduled_departure_at IS 'Planned departure.';
COMMENT ON COLUMN tms.loads.seal_number IS 'Seal on the doors; known when loaded.';
COMMENT ON COLUMN tms.loads.total_weight_kg IS 'Gross weight loaded; known when loaded.';
COMMENT ON COLUMN tms.loads.total_volume_m3 IS 'Volume loaded; known when loaded.';
COMMENT ON COLUMN tms.loads.load_status IS 'planned | loaded | departed.';
COMMENT ON COLUMN tms.loads.created_at IS 'When it was planned.';
COMMENT ON COLUMN tms.loads.loaded_at IS 'When the doors were sealed; known when loaded.';
COMMENT ON COLUMN tms.loads.departed_at IS 'Departure; known when departed.';
COMMENT ON COLUMN tms.loads.updated_at IS 'Last change of the row.';

CREATE TABLE tms.load_shipments (
    load_shipment_id bigint PRIMARY KEY,
    load_id bigint NOT NULL REFERENCES tms.loads (load_id),
    shipment_id bigint NOT NULL REFERENCES tms.shipments (shipment_id),
    loading_sequence smallint NOT NULL CHECK (loading_sequence > 0),
    planned_weight_kg numeric(12, 2) NOT NULL CHECK (planned_weight_kg > 0),
    planned_volume_m3 numeric(10, 3) NOT NULL CHECK (planned_volume_m3 > 0),
    planned_pallet_places smallint NOT NULL CHECK (planned_pallet_places > 0),
    created_at timestamptz NOT NULL,
    UNIQUE (load_id, shipment_id),
    UNIQUE (load_id, loading_sequence)
);
CREATE INDEX load_shipments_shipment ON tms.load_shipments (shipment_id);
COMMENT ON TABLE tms.load_shipments IS 'Shipment on a load. A shipment too large for one vehicle is on two loads, about 1 in 25.';
COMMENT ON COLUMN tms.load_shipments.load_shipment_id IS 'Key.';
COMMENT ON COLUMN tms.load_shipments.load_id IS 'Load.';
COMMENT ON COLUMN tms.load_shipments.shipment_id IS 'Shipment.';
COMMENT ON COLUMN tms.load_shipments.loading_sequence IS 'Order of loading, from 1; the last delivery is loaded first.';
COMMENT ON COLUMN tms.load_shipments.planned_weight_kg IS 'Weight of the part on this load, from the unit weights of the products.';
COMMENT ON COLUMN tms.load_shipments.planned_volume_m3 IS 'Volume of the part on this load.';
COMMENT ON COLUMN tms.load_shipments.planned_pallet_places IS 'Pallet places planned for it.';
COMMENT ON COLUMN tms.load_shipments.created_at IS 'When it was put on the load.';

CREATE TABLE tms.tracking_events (
    tracking_event_id bigint PRIMARY KEY,
    shipment_id bigint NOT NULL REFERENCES tms.shipments (shipment_id),
    event_sequence smallint NOT NULL CHECK (event_sequence > 0),
    event_type text NOT NULL CHECK (event_type IN
        ('picked_up', 'departed_terminal', 'arrived_terminal', 'customs_cleared', 'delayed',
         'out_for_delivery', 'delivery_attempted', 'delivered', 'refused', 'returned_to_shipper')),
    event_timestamp timestamptz NOT NULL,
    location_city text NOT NULL,
    location_country text NOT NULL CHECK (location_country ~ '^[A-Z]{2}$'),
    exception_reason text CHECK (exception_reason IN
        ('weather', 'traffic', 'vehicle_breakdown', 'carrier_capacity', 'missed_connection', 'customs',
         'consignee_closed', 'wrong_address', 'damaged', 'consignee_refused')),
    data_source text NOT NULL CHECK (data_source IN ('edi', 'api', 'telematics', 'portal')),
    created_at timestamptz NOT NULL,
    UNIQUE (shipment_id, event_sequence),
    CHECK ((event_type IN ('delayed', 'delivery_attempted', 'refused')) = (exception_reason IS NOT NULL)),
    CHECK (event_timestamp <= created_at)
);
CREATE INDEX tracking_events_time ON tms.tracking_events (event_timestamp);
COMMENT ON TABLE tms.tracking_events IS 'Milestone of a shipment reported by its carrier; recorded when the message arrives.';
COMMENT ON COLUMN tms.tracking_events.tracking_event_id IS 'Key.';
COMMENT ON COLUMN tms.tracking_events.shipment_id IS 'Shipment.';
COMMENT ON COLUMN tms.tracking_events.event_sequence IS 'Number in the shipment in the order of the events, from 1.';
COMMENT ON COLUMN tms.tracking_events.event_type IS 'picked_up | departed_terminal | arrived_terminal | customs_cleared | delayed | out_for_delivery | delivery_attempted (in vain) | delivered | refused | returned_to_shipper.';
COMMENT ON COLUMN tms.tracking_events.event_timestamp IS 'When it happened.';
COMMENT ON COLUMN tms.tracking_events.location_city IS 'City where it happened.';
COMMENT ON COLUMN tms.tracking_events.location_country IS 'Country where it happened, ISO 3166-1 alpha-2.';
COMMENT ON COLUMN tms.tracking_events.exception_reason IS 'Why, for delays, attempts in vain and refusals; NULL otherwise.';
COMMENT ON COLUMN tms.tracking_events.data_source IS 'How it was reported: edi | api | telematics | portal; what fails there is typed into the portal.';
COMMENT ON COLUMN tms.tracking_events.created_at IS 'When the message arrived; some are hours late.';

CREATE TABLE tms.deliveries (
    delivery_id bigint PRIMARY KEY,
    delivery_number text NOT NULL UNIQUE CHECK (delivery_number ~ '^DL-W[0-9]+-[0-9]{8}-[0-9]{2,}$'),
    shipment_id bigint NOT NULL UNIQUE REFERENCES tms.shipments (shipment_id),
    customer_id integer NOT NULL,
    route_stop_id bigint REFERENCES tms.route_stops (route_stop_id),
    delivery_type text NOT NULL CHECK (delivery_type IN ('dock', 'kerbside', 'inside')),
    scheduled_delivery_date date NOT NULL,
    scheduled_window_start timestamptz NOT NULL,
    scheduled_window_end timestamptz NOT NULL,
    delivery_attempt_count smallint NOT NULL CHECK (delivery_attempt_count BETWEEN 0 AND 5),
    first_attempt_at timestamptz,
    failure_reason text CHECK (failure_reason IN
        ('consignee_closed', 'wrong_address', 'no_appointment', 'consignee_refused')),
    rescheduled_date date,
    delivered_at timestamptz,
    delivery_status text NOT NULL CHECK (delivery_status IN
        ('scheduled', 'out_for_delivery', 'rescheduled', 'delivered', 'refused')),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (scheduled_window_start < scheduled_window_end),
    CHECK (scheduled_delivery_date <= rescheduled_date),
    CHECK (created_at <= first_attempt_at),
    CHECK (first_attempt_at <= delivered_at),
    CHECK (created_at <= updated_at),
    CHECK (greatest(first_attempt_at, delivered_at) <= updated_at),
    CHECK ((delivery_attempt_count = 0) = (first_attempt_at IS NULL)),
    CHECK (delivery_attempt_count > 0 OR delivery_status IN ('scheduled', 'out_for_delivery')),
    -- All attempts but the successful one failed.
    CHECK ((failure_reason IS NOT NULL)
        = (delivery_attempt_count > CASE delivery_status WHEN 'delivered' THEN 1 ELSE 0 END)),
    CHECK (rescheduled_date IS NULL OR failure_reason IS NOT NULL),
    CHECK (delivery_status <> 'rescheduled' OR rescheduled_date IS NOT NULL),
    CHECK (delivery_status <> 'refused' OR failure_reason = 'consignee_refused'),
    CHECK ((delivery_status = 'delivered') = (delivered_at IS NOT NULL))
);
CREATE INDEX deliveries_customer ON tms.deliveries (customer_id, scheduled_delivery_date);
CREATE INDEX deliveries_route_stop ON tms.deliveries (route_stop_id) WHERE route_stop_id IS NOT NULL;
CREATE INDEX deliveries_date ON tms.deliveries (scheduled_delivery_date);
CREATE INDEX deliveries_not_done ON tms.deliveries (scheduled_delivery_date)
    WHERE delivery_status NOT IN ('delivered', 'refused');
COMMENT ON TABLE tms.deliveries IS 'Delivery of a shipment to the customer, with all its attempts.';
COMMENT ON COLUMN tms.deliveries.delivery_id IS 'Key: that of the shipment.';
COMMENT ON COLUMN tms.deliveries.delivery_number IS 'Readable number with the parts of the shipment''s: DL-W<warehouse>-<yyyymmdd>-<sequence>.';
COMMENT ON COLUMN tms.deliveries.shipment_id IS 'Shipment.';
COMMENT ON COLUMN tms.deliveries.customer_id IS 'Customer. -> master.customers(customer_id)';
COMMENT ON COLUMN tms.deliveries.route_stop_id IS 'Stop of the own fleet at which it was last attempted; NULL for other carriers.';
COMMENT ON COLUMN tms.deliveries.delivery_type IS 'dock (unloaded by the customer) | kerbside (from the tail lift) | inside.';
COMMENT ON COLUMN tms.deliveries.scheduled_delivery_date IS 'Day agreed with the customer, local; on time means delivered by it.';
COMMENT ON COLUMN tms.deliveries.scheduled_window_start IS 'Begin of the time window agreed.';
COMMENT ON COLUMN tms.deliveries.scheduled_window_end IS 'End of the time window agreed.';
COMMENT ON COLUMN tms.deliveries.delivery_attempt_count IS 'Attempts so far.';
COMMENT ON COLUMN tms.deliveries.first_attempt_at IS 'First attempt; NULL before it.';
COMMENT ON COLUMN tms.deliveries.failure_reason IS 'Why the last attempt in vain failed; NULL if none did, about 39 in 40.';
COMMENT ON COLUMN tms.deliveries.rescheduled_date IS 'New day after an attempt in vain, local; NULL if none was needed.';
COMMENT ON COLUMN tms.deliveries.delivered_at IS 'Hand-over; known when delivered.';
COMMENT ON COLUMN tms.deliveries.delivery_status IS 'scheduled | out_for_delivery | rescheduled | delivered | refused.';
COMMENT ON COLUMN tms.deliveries.created_at IS 'When the shipment left and the delivery was recorded.';
COMMENT ON COLUMN tms.deliveries.updated_at IS 'Last change of the row.';

CREATE TABLE tms.proof_of_delivery (
    proof_of_delivery_id bigint PRIMARY KEY,
    delivery_id bigint NOT NULL UNIQUE REFERENCES tms.deliveries (delivery_id),
    received_by_name text NOT NULL,
    delivery_timestamp timestamptz NOT NULL,
    packages_delivered smallint NOT NULL CHECK (packages_delivered > 0),
    packages_condition text NOT NULL CHECK (packages_condition IN ('good', 'damaged', 'short')),
    capture_method text NOT NULL CHECK (capture_method IN ('driver_app', 'carrier_portal', 'scanned_document')),
    created_at timestamptz NOT NULL,
    CHECK (delivery_timestamp <= created_at)
);
CREATE INDEX proof_of_delivery_time ON tms.proof_of_delivery (delivery_timestamp);
COMMENT ON TABLE tms.proof_of_delivery IS 'Proof of delivery: the customer''s signature on the receipt of the packages. Most arrive within a day.';
COMMENT ON COLUMN tms.proof_of_delivery.proof_of_delivery_id IS 'Key: that of the delivery.';
COMMENT ON COLUMN tms.proof_of_delivery.delivery_id IS 'Delivery.';
COMMENT ON COLUMN tms.proof_of_delivery.received_by_name IS 'Person who signed.';
COMMENT ON COLUMN tms.proof_of_delivery.delivery_timestamp IS 'When it was signed.';
COMMENT ON COLUMN tms.proof_of_delivery.packages_delivered IS 'Packages signed for.';
COMMENT ON COLUMN tms.proof_of_delivery.packages_condition IS 'Remark on the receipt: good | damaged | short.';
COMMENT ON COLUMN tms.proof_of_delivery.capture_method IS 'How it was taken: driver_app | carrier_portal | scanned_document.';
COMMENT ON COLUMN tms.proof_of_delivery.created_at IS 'When it arrived here.';

CREATE TABLE tms.delivery_exceptions (
    delivery_exception_id bigint PRIMARY KEY,
    delivery_id bigint NOT NULL REFERENCES tms.deliveries (delivery_id),
    shipment_id bigint NOT NULL REFERENCES tms.shipments (shipment_id),
    exception_type text NOT NULL CHECK (exception_type IN ('late', 'damaged', 'short', 'refused')),
    reason_code text NOT NULL CHECK (reason_code IN
        ('weather', 'traffic', 'vehicle_breakdown', 'carrier_capacity', 'missed_connection', 'customs',
         'consignee_closed', 'wrong_address', 'late_departure', 'handling', 'loss', 'commercial')),
    responsible_party text NOT NULL CHECK (responsible_party IN ('carrier', 'shipper', 'consignee', 'nobody')),
    detected_at timestamptz NOT NULL,
    days_late smallint CHECK (days_late > 0),
    shipment_line_id bigint REFERENCES tms.shipment_lines (shipment_line_id),
    quantity_affected integer CHECK (quantity_affected > 0),
    value_affected_usd numeric(14, 2) CHECK (value_affected_usd > 0),
    resolution text CHECK (resolution IN
        ('delivered_late', 'replacement_shipped', 'credited', 'claimed', 'returned_to_stock')),
    exception_status text NOT NULL CHECK (exception_status IN ('open', 'resolved')),
    created_at timestamptz NOT NULL,
    resolved_at timestamptz,
    updated_at timestamptz NOT NULL,
    CHECK (days_late IS NULL OR exception_type = 'late'),
    CHECK (exception_type <> 'late' OR exception_status = 'open' OR days_late IS NOT NULL),
    CHECK (num_nulls(shipment_line_id, quantity_affected, value_affected_usd)
        = CASE exception_type WHEN 'late' THEN 3 ELSE 0 END),
    CHECK (detected_at <= created_at),
    CHECK (created_at <= resolved_at),
    CHECK (created_at <= updated_at),
    CHECK (resolved_at <= updated_at),
    CHECK (num_nulls(resolved_at, resolution) = CASE exception_status WHEN 'resolved' THEN 0 ELSE 2 END)
);
CREATE INDEX delivery_exceptions_delivery ON tms.delivery_exceptions (delivery_id);
CREATE INDEX delivery_exceptions_shipment ON tms.delivery_exceptions (shipment_id);
CREATE INDEX delivery_exceptions_line ON tms.delivery_exceptions (shipment_line_id)
    WHERE shipment_line_id IS NOT NULL;
CREATE INDEX delivery_exceptions_type ON tms.delivery_exceptions (exception_type, detected_at);
CREATE INDEX delivery_exceptions_not_done ON tms.delivery_exceptions (detected_at)
    WHERE exception_status = 'open';
COMMENT ON TABLE tms.delivery_exceptions IS 'Delivery that did not go as agreed; one row a delivery that is late, and one a shipment line damaged, short or refused. Shipped minus affected quantity is delivered in order.';
COMMENT ON COLUMN tms.delivery_exceptions.delivery_exception_id IS 'Key.';
COMMENT ON COLUMN tms.delivery_exceptions.delivery_id IS 'Delivery.';
COMMENT ON COLUMN tms.delivery_exceptions.shipment_id IS 'Shipment of the delivery.';
COMMENT ON COLUMN tms.delivery_exceptions.exception_type IS 'late | damaged | short | refused.';
COMMENT ON COLUMN tms.delivery_exceptions.reason_code IS 'Cause found: on the way, at the customer''s, late_departure (we were late), handling, loss, or commercial (the order was wrong).';
COMMENT ON COLUMN tms.delivery_exceptions.responsible_party IS 'carrier | shipper (we) | consignee (the customer) | nobody.';
COMMENT ON COLUMN tms.delivery_exceptions.detected_at IS 'When it happened, or the agreed day had passed.';
COMMENT ON COLUMN tms.delivery_exceptions.days_late IS 'Days from the agreed to the actual day; late deliveries only, known when delivered.';
COMMENT ON COLUMN tms.delivery_exceptions.shipment_line_id IS 'Shipment line affected; NULL for late deliveries.';
COMMENT ON COLUMN tms.delivery_exceptions.quantity_affected IS 'Quantity affected [pcs]; NULL for late deliveries.';
COMMENT ON COLUMN tms.delivery_exceptions.value_affected_usd IS 'That quantity at the price of the order, USD; NULL for late deliveries.';
COMMENT ON COLUMN tms.delivery_exceptions.resolution IS 'delivered_late | replacement_shipped | credited | claimed (from the carrier) | returned_to_stock; known when resolved.';
COMMENT ON COLUMN tms.delivery_exceptions.exception_status IS 'open | resolved.';
COMMENT ON COLUMN tms.delivery_exceptions.created_at IS 'When it was recorded.';
COMMENT ON COLUMN tms.delivery_exceptions.resolved_at IS 'When it was resolved; known then.';
COMMENT ON COLUMN tms.delivery_exceptions.updated_at IS 'Last change of the row.';

CREATE TABLE tms.freight_claims (
    freight_claim_id bigint PRIMARY KEY,
    claim_number text NOT NULL UNIQUE CHECK (claim_number ~ '^FC-[0-9]{8}-[0-9]{2,}$'),
    delivery_exception_id bigint NOT NULL UNIQUE REFERENCES tms.delivery_exceptions (delivery_exception_id),
    carrier_id integer NOT NULL REFERENCES tms.carriers (carrier_id),
    claim_type text NOT NULL CHECK (claim_type IN ('damage', 'shortage', 'loss', 'delay')),
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    claimed_amount numeric(14, 2) NOT NULL CHECK (claimed_amount > 0),
    filed_date date NOT NULL,
    filed_by integer NOT NULL,
    settled_amount numeric(14, 2),
    settled_date date,
    claim_status text NOT NULL CHECK (claim_status IN ('filed', 'acknowledged', 'settled', 'declined')),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (filed_date <= settled_date),
    CHECK (created_at <= updated_at),
    CHECK (num_nulls(settled_amount, settled_date)
        = CASE WHEN claim_status IN ('settled', 'declined') THEN 0 ELSE 2 END),
    CHECK (settled_amount BETWEEN 0 AND claimed_amount),
    CHECK (claim_status <> 'settled' OR settled_amount > 0),
    CHECK (claim_status <> 'declined' OR settled_amount = 0)
);
CREATE INDEX freight_claims_carrier ON tms.freight_claims (carrier_id, filed_date);
CREATE INDEX freight_claims_not_done ON tms.freight_claims (filed_date)
    WHERE claim_status IN ('filed', 'acknowledged');
COMMENT ON TABLE tms.freight_claims IS 'Claim on a carrier for an exception it is responsible for.';
COMMENT ON COLUMN tms.freight_claims.freight_claim_id IS 'Key.';
COMMENT ON COLUMN tms.freight_claims.claim_number IS 'Readable number: FC-<yyyymmdd of filing>-<sequence>.';
COMMENT ON COLUMN tms.freight_claims.delivery_exception_id IS 'Exception claimed for.';
COMMENT ON COLUMN tms.freight_claims.carrier_id IS 'Carrier.';
COMMENT ON COLUMN tms.freight_claims.claim_type IS 'damage | shortage | loss | delay.';
COMMENT ON COLUMN tms.freight_claims.currency IS 'Currency of the carrier, ISO 4217.';
COMMENT ON COLUMN tms.freight_claims.claimed_amount IS 'Amount claimed: the value affected, at most the liability of the carrier.';
COMMENT ON COLUMN tms.freight_claims.filed_date IS 'Day of filing, local to the company that holds the contract.';
COMMENT ON COLUMN tms.freight_claims.filed_by IS 'Who filed it. -> master.employees(employee_id)';
COMMENT ON COLUMN tms.freight_claims.settled_amount IS 'Amount the carrier pays, 0 if declined; known when decided.';
COMMENT ON COLUMN tms.freight_claims.settled_date IS 'Day of the decision; known when decided.';
COMMENT ON COLUMN tms.freight_claims.claim_status IS 'filed | acknowledged | settled | declined.';
COMMENT ON COLUMN tms.freight_claims.created_at IS 'When it was recorded.';
COMMENT ON COLUMN tms.freight_claims.updated_at IS 'Last change of the row.';

-- Returns.

CREATE TABLE tms.return_orders (
    return_order_id bigint PRIMARY KEY,
    return_number text NOT NULL UNIQUE CHECK (return_number ~ '^RO-[0-9]{8}-[0-9]{2,}$'),
    rma_request_id bigint NOT NULL UNIQUE,
    sales_order_id bigint NOT NULL,
    original_shipment_id bigint NOT NULL REFERENCES tms.shipments (shipment_id),
    customer_id integer NOT NULL,
    return_reason text NOT NULL CHECK (return_reason IN
        ('defective', 'damaged_in_transit', 'wrong_part', 'over_delivered', 'not_needed', 'refused')),
    return_type text NOT NULL CHECK (return_type IN ('credit', 'replacement')),
    return_to_warehouse_id integer NOT NULL,
    authorized_by integer NOT NULL,
    authorization_date date NOT NULL,
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    refund_amount numeric(14, 2) CHECK (refund_amount >= 0),
    restocking_fee numeric(14, 2) CHECK (restocking_fee >= 0),
    return_status text NOT NULL CHECK (return_status IN
        ('authorized', 'in_transit', 'received', 'inspected', 'closed', 'cancelled')),
    created_at timestamptz NOT NULL,
    received_at timestamptz,
    inspected_at timestamptz,
    closed_at timestamptz,
    updated_at timestamptz NOT NULL,
    CHECK (created_at < received_at),
    CHECK (received_at <= inspected_at),
    CHECK (inspected_at <= closed_at),
    CHECK (created_at < closed_at),
    CHECK (created_at <= updated_at),
    CHECK (greatest(received_at, inspected_at, closed_at) <= updated_at),
    CHECK ((return_status IN ('received', 'inspected', 'closed')) = (received_at IS NOT NULL)),
    CHECK ((return_status IN ('inspected', 'closed')) = (inspected_at IS NOT NULL)),
    CHECK ((return_status IN ('closed', 'cancelled')) = (closed_at IS NOT NULL)),
    CHECK (num_nulls(refund_amount, restocking_fee) = CASE return_status WHEN 'closed' THEN 0 ELSE 2 END),
    CHECK (restocking_fee = 0 OR return_reason IN ('not_needed', 'over_delivered'))
);
CREATE INDEX return_orders_shipment ON tms.return_orders (original_shipment_id);
CREATE INDEX return_orders_customer ON tms.return_orders (customer_id, authorization_date);
CREATE INDEX return_orders_sales_order ON tms.return_orders (sales_order_id);
CREATE INDEX return_orders_not_done ON tms.return_orders (authorization_date)
    WHERE return_status NOT IN ('closed', 'cancelled');
COMMENT ON TABLE tms.return_orders IS 'Return of goods by a customer, carried out on an approved request.';
COMMENT ON COLUMN tms.return_orders.return_order_id IS 'Key.';
COMMENT ON COLUMN tms.return_orders.return_number IS 'Readable number: RO-<yyyymmdd of authorisation>-<sequence>.';
COMMENT ON COLUMN tms.return_orders.rma_request_id IS 'Return request approved. -> service.rma_requests(rma_request_id)';
COMMENT ON COLUMN tms.return_orders.sales_order_id IS 'Sales order of the goods. -> erp.sales_orders(sales_order_id)';
COMMENT ON COLUMN tms.return_orders.original_shipment_id IS 'Shipment that delivered them.';
COMMENT ON COLUMN tms.return_orders.customer_id IS 'Customer. -> master.customers(customer_id)';
COMMENT ON COLUMN tms.return_orders.return_reason IS 'defective | damaged_in_transit | wrong_part | over_delivered | not_needed | refused (at the door).';
COMMENT ON COLUMN tms.return_orders.return_type IS 'What the customer gets: credit | replacement.';
COMMENT ON COLUMN tms.return_orders.return_to_warehouse_id IS 'Warehouse that takes them back. -> master.warehouses(warehouse_id)';
COMMENT ON COLUMN tms.return_orders.authorized_by IS 'Who approved it. -> master.employees(employee_id)';
COMMENT ON COLUMN tms.return_orders.authorization_date IS 'Day of approval, local to the warehouse.';
COMMENT ON COLUMN tms.return_orders.currency IS 'Currency of the sales order, ISO 4217.';
COMMENT ON COLUMN tms.return_orders.refund_amount IS 'Credit to the customer before the fee, 0 unless the type is credit; known when closed.';
COMMENT ON COLUMN tms.return_orders.restocking_fee IS 'Fee kept from the credit, 0 where we are at fault; known when closed.';
COMMENT ON COLUMN tms.return_orders.return_status IS 'authorized | in_transit | received | inspected | closed | cancelled (the goods were not sent; about 1 in 30).';
COMMENT ON COLUMN tms.return_orders.created_at IS 'When it was authorised and recorded.';
COMMENT ON COLUMN tms.return_orders.received_at IS 'Arrival at the warehouse; known when received.';
COMMENT ON COLUMN tms.return_orders.inspected_at IS 'When quality had decided on every line; known when inspected.';
COMMENT ON COLUMN tms.return_orders.closed_at IS 'When it was settled or cancelled; known then.';
COMMENT ON COLUMN tms.return_orders.updated_at IS 'Last change of the row.';

CREATE TABLE tms.return_order_lines (
    return_order_line_id bigint PRIMARY KEY,
    return_order_id bigint NOT NULL REFERENCES tms.return_orders (return_order_id),
    line_number smallint NOT NULL CHECK (line_number > 0),
    rma_line_item_id bigint NOT NULL UNIQUE,
    shipment_line_id bigint NOT NULL REFERENCES tms.shipment_lines (shipment_line_id),
    product_id integer NOT NULL,
    lot_id bigint NOT NULL,
    quantity_to_return integer NOT NULL CHECK (quantity_to_return > 0),
    quantity_received integer CHECK (quantity_received BETWEEN 0 AND quantity_to_return),
    condition_on_receipt text CHECK (condition_on_receipt IN ('as_new', 'used', 'defective', 'damaged')),
    quantity_restocked integer CHECK (quantity_restocked >= 0),
    quantity_scrapped integer CHECK (quantity_scrapped >= 0),
    received_at timestamptz,
    disposed_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (return_order_id, line_number),
    CHECK (created_at < received_at),
    CHECK (received_at < disposed_at),
    CHECK (created_at <= updated_at),
    CHECK (greatest(received_at, disposed_at) <= updated_at),
    CHECK (num_nulls(received_at, quantity_received) IN (0, 2)),
    CHECK ((coalesce(quantity_received, 0) > 0) = (condition_on_receipt IS NOT NULL)),
    CHECK (num_nulls(disposed_at, quantity_restocked, quantity_scrapped) IN (0, 3)),
    CHECK (disposed_at IS NULL OR received_at IS NOT NULL),
    CHECK (quantity_restocked + quantity_scrapped = quantity_received)
);
CREATE INDEX return_order_lines_shipment_line ON tms.return_order_lines (shipment_line_id);
CREATE INDEX return_order_lines_product ON tms.return_order_lines (product_id);
CREATE INDEX return_order_lines_lot ON tms.return_order_lines (lot_id);
COMMENT ON TABLE tms.return_order_lines IS 'Line of a return: one lot of one shipment line.';
COMMENT ON COLUMN tms.return_order_lines.return_order_line_id IS 'Key.';
COMMENT ON COLUMN tms.return_order_lines.return_order_id IS 'Return.';
COMMENT ON COLUMN tms.return_order_lines.line_number IS 'Number in the return, from 1.';
COMMENT ON COLUMN tms.return_order_lines.rma_line_item_id IS 'Line of the return request. -> service.rma_line_items(rma_line_item_id)';
COMMENT ON COLUMN tms.return_order_lines.shipment_line_id IS 'Shipment line that delivered the goods.';
COMMENT ON COLUMN tms.return_order_lines.product_id IS 'Finished part. -> master.products(product_id)';
COMMENT ON COLUMN tms.return_order_lines.lot_id IS 'Lot. -> erp.inventory_lots(lot_id)';
COMMENT ON COLUMN tms.return_order_lines.quantity_to_return IS 'Quantity approved [pcs].';
COMMENT ON COLUMN tms.return_order_lines.quantity_received IS 'Quantity that arrived [pcs]; known when received.';
COMMENT ON COLUMN tms.return_order_lines.condition_on_receipt IS 'as_new | used | defective | damaged; known when received, NULL if nothing arrived.';
COMMENT ON COLUMN tms.return_order_lines.quantity_restocked IS 'Quantity put back into stock [pcs]; known after inspection.';
COMMENT ON COLUMN tms.return_order_lines.quantity_scrapped IS 'Quantity scrapped [pcs]; known after inspection.';
COMMENT ON COLUMN tms.return_order_lines.received_at IS 'Arrival at the warehouse; known when received.';
COMMENT ON COLUMN tms.return_order_lines.disposed_at IS 'When quality decided; known then.';
COMMENT ON COLUMN tms.return_order_lines.created_at IS 'When the return was authorised and recorded.';
COMMENT ON COLUMN tms.return_order_lines.updated_at IS 'Last change of the row.';

CREATE TABLE tms.return_shipments (
    return_shipment_id bigint PRIMARY KEY,
    return_order_id bigint NOT NULL UNIQUE REFERENCES tms.return_orders (return_order_id),
    carrier_id integer NOT NULL REFERENCES tms.carriers (carrier_id),
    carrier_service_id integer NOT NULL REFERENCES tms.carrier_services (carrier_service_id),
    route_stop_id bigint REFERENCES tms.route_stops (route_stop_id),
    tracking_number text NOT NULL UNIQUE,
    number_of_packages smallint NOT NULL CHECK (number_of_packages > 0),
    total_weight_kg numeric(12, 2) NOT NULL CHECK (total_weight_kg > 0),
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    label_cost numeric(14, 2) NOT NULL CHECK (label_cost > 0),
    scheduled_pickup_date date NOT NULL,
    picked_up_at timestamptz,
    received_at timestamptz,
    shipment_status text NOT NULL CHECK (shipment_status IN ('label_issued', 'in_transit', 'received', 'cancelled')),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (created_at < picked_up_at),
    CHECK (picked_up_at < received_at),
    CHECK (created_at <= updated_at),
    CHECK (greatest(picked_up_at, received_at) <= updated_at),
    CHECK ((shipment_status IN ('in_transit', 'received')) = (picked_up_at IS NOT NULL)),
    CHECK ((shipment_status = 'received') = (received_at IS NOT NULL))
);
CREATE INDEX return_shipments_carrier ON tms.return_shipments (carrier_id);
CREATE INDEX return_shipments_service ON tms.return_shipments (carrier_service_id);
CREATE INDEX return_shipments_route_stop ON tms.return_shipments (route_stop_id)
    WHERE route_stop_id IS NOT NULL;
CREATE INDEX return_shipments_not_done ON tms.return_shipments (scheduled_pickup_date)
    WHERE shipment_status IN ('label_issued', 'in_transit');
COMMENT ON TABLE tms.return_shipments IS 'Transport of a return from the customer to the warehouse.';
COMMENT ON COLUMN tms.return_shipments.return_shipment_id IS 'Key: that of the return.';
COMMENT ON COLUMN tms.return_shipments.return_order_id IS 'Return.';
COMMENT ON COLUMN tms.return_shipments.carrier_id IS 'Carrier.';
COMMENT ON COLUMN tms.return_shipments.carrier_service_id IS 'Service of the carrier.';
COMMENT ON COLUMN tms.return_shipments.route_stop_id IS 'Stop of the own fleet that collects it, once planned; NULL for other carriers.';
COMMENT ON COLUMN tms.return_shipments.tracking_number IS 'Number on the return label.';
COMMENT ON COLUMN tms.return_shipments.number_of_packages IS 'Packages announced.';
COMMENT ON COLUMN tms.return_shipments.total_weight_kg IS 'Weight announced.';
COMMENT ON COLUMN tms.return_shipments.currency IS 'Currency of the carrier, ISO 4217.';
COMMENT ON COLUMN tms.return_shipments.label_cost IS 'Price of the transport by the rate card.';
COMMENT ON COLUMN tms.return_shipments.scheduled_pickup_date IS 'Day of collection agreed, local to the customer.';
COMMENT ON COLUMN tms.return_shipments.picked_up_at IS 'Collection; known when it is done.';
COMMENT ON COLUMN tms.return_shipments.received_at IS 'Arrival at the warehouse; known when received.';
COMMENT ON COLUMN tms.return_shipments.shipment_status IS 'label_issued | in_transit | received | cancelled (not handed over; about 1 in 30).';
COMMENT ON COLUMN tms.return_shipments.created_at IS 'When the label was issued.';
COMMENT ON COLUMN tms.return_shipments.updated_at IS 'Last change of the row.';

-- Freight bills and the record of the carriers.

CREATE TABLE tms.freight_invoices (
    freight_invoice_id bigint PRIMARY KEY,
    invoice_number text NOT NULL UNIQUE CHECK (invoice_number ~ '^FI-CR[0-9]{3}-[0-9]{8}$'),
    carrier_id integer NOT NULL REFERENCES tms.carriers (carrier_id),
    billing_period_start date NOT NULL,
    billing_period_end date NOT NULL,
    invoice_date date NOT NULL,
    due_date date NOT NULL,
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    freight_charges numeric(14, 2) NOT NULL CHECK (freight_charges >= 0),
    fuel_surcharge numeric(14, 2) NOT NULL CHECK (fuel_surcharge >= 0),
    accessorial_charges numeric(14, 2) NOT NULL CHECK (accessorial_charges >= 0),
    total_amount numeric(14, 2) NOT NULL CHECK (total_amount > 0),
    expected_amount numeric(14, 2) CHECK (expected_amount >= 0),
    approved_amount numeric(14, 2),
    approved_by integer,
    payment_date date,
    payment_reference text UNIQUE,
    invoice_status text NOT NULL CHECK (invoice_status IN ('received', 'disputed', 'approved', 'paid')),
    created_at timestamptz NOT NULL,
    audited_at timestamptz,
    approved_at timestamptz,
    updated_at timestamptz NOT NULL,
    UNIQUE (carrier_id, billing_period_start),
    CHECK (billing_period_start <= billing_period_end),
    CHECK (billing_period_end < invoice_date),
    CHECK (invoice_date <= due_date),
    CHECK (invoice_date <= payment_date),
    CHECK (total_amount = freight_charges + fuel_surcharge + accessorial_charges),
    CHECK (approved_amount BETWEEN 0 AND total_amount),
    CHECK (created_at < audited_at),
    CHECK (audited_at <= approved_at),
    CHECK (created_at <= updated_at),
    CHECK (greatest(audited_at, approved_at) <= updated_at),
    CHECK (num_nulls(audited_at, expected_amount) = CASE invoice_status WHEN 'received' THEN 2 ELSE 0 END),
    CHECK (num_nulls(approved_at, approved_by, approved_amount)
        = CASE WHEN invoice_status IN ('approved', 'paid') THEN 0 ELSE 3 END),
    CHECK (num_nulls(payment_date, payment_reference) = CASE invoice_status WHEN 'paid' THEN 0 ELSE 2 END)
);
CREATE INDEX freight_invoices_date ON tms.freight_invoices (invoice_date);
CREATE INDEX freight_invoices_not_paid ON tms.freight_invoices (due_date) WHERE invoice_status <> 'paid';
COMMENT ON TABLE tms.freight_invoices IS 'Weekly invoice of a carrier; each line is compared with the rate card before it is approved for payment.';
COMMENT ON COLUMN tms.freight_invoices.freight_invoice_id IS 'Key: carrier, end of the billing period.';
COMMENT ON COLUMN tms.freight_invoices.invoice_number IS 'Readable number of the same parts: FI-<carrier code>-<yyyymmdd>.';
COMMENT ON COLUMN tms.freight_invoices.carrier_id IS 'Carrier; not the own fleet.';
COMMENT ON COLUMN tms.freight_invoices.billing_period_start IS 'First ship date billed.';
COMMENT ON COLUMN tms.freight_invoices.billing_period_end IS 'Last ship date billed.';
COMMENT ON COLUMN tms.freight_invoices.invoice_date IS 'Date of the invoice.';
COMMENT ON COLUMN tms.freight_invoices.due_date IS 'Last day of the payment terms.';
COMMENT ON COLUMN tms.freight_invoices.currency IS 'Currency of the carrier, ISO 4217; all amounts are in it.';
COMMENT ON COLUMN tms.freight_invoices.freight_charges IS 'Sum of the freight lines, returns included.';
COMMENT ON COLUMN tms.freight_invoices.fuel_surcharge IS 'Sum of the fuel surcharge lines.';
COMMENT ON COLUMN tms.freight_invoices.accessorial_charges IS 'Sum of the lines for extra services.';
COMMENT ON COLUMN tms.freight_invoices.total_amount IS 'Amount invoiced; the sum of its lines.';
COMMENT ON COLUMN tms.freight_invoices.expected_amount IS 'Sum of the expected amounts of its lines; known when audited.';
COMMENT ON COLUMN tms.freight_invoices.approved_amount IS 'Sum of the approved amounts of its lines, posted as payable; known when approved.';
COMMENT ON COLUMN tms.freight_invoices.approved_by IS 'Who approved it; known when approved. -> master.employees(employee_id)';
COMMENT ON COLUMN tms.freight_invoices.payment_date IS 'Day of payment of the approved amount; known when paid.';
COMMENT ON COLUMN tms.freight_invoices.payment_reference IS 'Number of the payment in accounting; known when paid. -> erp.supplier_payments(payment_number)';
COMMENT ON COLUMN tms.freight_invoices.invoice_status IS 'received | disputed (lines beyond the tolerance are with the carrier) | approved | paid.';
COMMENT ON COLUMN tms.freight_invoices.created_at IS 'When the invoice arrived.';
COMMENT ON COLUMN tms.freight_invoices.audited_at IS 'When its lines had been compared; known when audited.';
COMMENT ON COLUMN tms.freight_invoices.approved_at IS 'When it was approved for payment; known when approved.';
COMMENT ON COLUMN tms.freight_invoices.updated_at IS 'Last change of the row.';

CREATE TABLE tms.freight_invoice_lines (
    freight_invoice_line_id bigint PRIMARY KEY,
    freight_invoice_id bigint NOT NULL REFERENCES tms.freight_invoices (freight_invoice_id),
    line_number integer NOT NULL CHECK (line_number > 0),
    shipment_id bigint REFERENCES tms.shipments (shipment_id),
    return_shipment_id bigint REFERENCES tms.return_shipments (return_shipment_id),
    charge_type text NOT NULL CHECK (charge_type IN
        ('freight', 'fuel_surcharge', 'customs_clearance', 'redelivery', 'waiting_time', 'liftgate')),
    charge_amount numeric(14, 2) NOT NULL CHECK (charge_amount > 0),
    expected_amount numeric(14, 2) CHECK (expected_amount >= 0),
    approved_amount numeric(14, 2),
    dispute_reason text CHECK (dispute_reason IN
        ('wrong_rate', 'wrong_weight', 'wrong_surcharge', 'not_agreed', 'billed_twice')),
    audit_status text NOT NULL CHECK (audit_status IN ('pending', 'matched', 'disputed', 'resolved')),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (freight_invoice_id, line_number),
    CHECK (num_nonnulls(shipment_id, return_shipment_id) = 1),
    CHECK (return_shipment_id IS NULL OR charge_type = 'freight'),
    CHECK (approved_amount BETWEEN 0 AND charge_amount),
    CHECK (created_at <= updated_at),
    CHECK ((audit_status = 'pending') = (expected_amount IS NULL)),
    CHECK ((audit_status IN ('matched', 'resolved')) = (approved_amount IS NOT NULL)),
    CHECK (audit_status <> 'matched' OR approved_amount = charge_amount),
    CHECK ((audit_status IN ('disputed', 'resolved')) = (dispute_reason IS NOT NULL))
);
CREATE INDEX freight_invoice_lines_shipment ON tms.freight_invoice_lines (shipment_id)
    WHERE shipment_id IS NOT NULL;
CREATE INDEX freight_invoice_lines_return ON tms.freight_invoice_lines (return_shipment_id)
    WHERE return_shipment_id IS NOT NULL;
CREATE INDEX freight_invoice_lines_not_done ON tms.freight_invoice_lines (freight_invoice_id)
    WHERE audit_status IN ('pending', 'disputed');
COMMENT ON TABLE tms.freight_invoice_lines IS 'Charge on a carrier''s invoice: one kind of charge for one shipment or return.';
COMMENT ON COLUMN tms.freight_invoice_lines.freight_invoice_line_id IS 'Key.';
COMMENT ON COLUMN tms.freight_invoice_lines.freight_invoice_id IS 'Invoice.';
COMMENT ON COLUMN tms.freight_invoice_lines.line_number IS 'Number on the invoice, from 1.';
COMMENT ON COLUMN tms.freight_invoice_lines.shipment_id IS 'Shipment charged for; NULL for returns.';
COMMENT ON COLUMN tms.freight_invoice_lines.return_shipment_id IS 'Return transport charged for; NULL for shipments.';
COMMENT ON COLUMN tms.freight_invoice_lines.charge_type IS 'freight | fuel_surcharge | extra services: customs_clearance | redelivery | waiting_time | liftgate.';
COMMENT ON COLUMN tms.freight_invoice_lines.charge_amount IS 'Amount invoiced, in the currency of the invoice.';
COMMENT ON COLUMN tms.freight_invoice_lines.expected_amount IS 'Amount by the rate card and the costs of the shipment, 0 if nothing was agreed; known when audited.';
COMMENT ON COLUMN tms.freight_invoice_lines.approved_amount IS 'Amount accepted; known when matched or resolved.';
COMMENT ON COLUMN tms.freight_invoice_lines.dispute_reason IS 'What is wrong: wrong_rate | wrong_weight | wrong_surcharge | not_agreed | billed_twice; NULL unless disputed, about 1 in 30.';
COMMENT ON COLUMN tms.freight_invoice_lines.audit_status IS 'pending | matched (within the tolerance) | disputed | resolved.';
COMMENT ON COLUMN tms.freight_invoice_lines.created_at IS 'When the invoice arrived.';
COMMENT ON COLUMN tms.freight_invoice_lines.updated_at IS 'Last change of the row.';

CREATE TABLE tms.carrier_performance_metrics (
    carrier_performance_metric_id bigint PRIMARY KEY,
    carrier_id integer NOT NULL REFERENCES tms.carriers (carrier_id),
    period_start date NOT NULL CHECK (extract(day FROM period_start) = 1),
    shipments_tendered integer NOT NULL CHECK (shipments_tendered >= 0),
    shipments_delivered integer NOT NULL CHECK (shipments_delivered >= 0),
    on_time_delivery_percentage numeric(5, 2) CHECK (on_time_delivery_percentage BETWEEN 0 AND 100),
    average_transit_days numeric(6, 2) CHECK (average_transit_days >= 0),
    average_days_late numeric(6, 2) CHECK (average_days_late >= 1),
    damage_rate_percentage numeric(5, 2) CHECK (damage_rate_percentage BETWEEN 0 AND 100),
    claims_filed integer NOT NULL CHECK (claims_filed >= 0),
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    total_freight_spend numeric(14, 2) NOT NULL CHECK (total_freight_spend >= 0),
    invoice_accuracy_percentage numeric(5, 2) CHECK (invoice_accuracy_percentage BETWEEN 0 AND 100),
    performance_score numeric(5, 2) CHECK (performance_score BETWEEN 0 AND 100),
    created_at timestamptz NOT NULL,
    UNIQUE (carrier_id, period_start),
    CHECK (num_nulls(on_time_delivery_percentage, average_transit_days, damage_rate_percentage,
        performance_score) = CASE WHEN shipments_delivered > 0 THEN 0 ELSE 4 END),
    CHECK (average_days_late IS NULL OR coalesce(on_time_delivery_percentage, 100) < 100)
);
CREATE INDEX carrier_performance_metrics_period ON tms.carrier_performance_metrics (period_start);
COMMENT ON TABLE tms.carrier_performance_metrics IS 'Record of a carrier in a calendar month, computed when the month is over.';
COMMENT ON COLUMN tms.carrier_performance_metrics.carrier_performance_metric_id IS 'Key: carrier, month.';
COMMENT ON COLUMN tms.carrier_performance_metrics.carrier_id IS 'Carrier.';
COMMENT ON COLUMN tms.carrier_performance_metrics.period_start IS 'First day of the month.';
COMMENT ON COLUMN tms.carrier_performance_metrics.shipments_tendered IS 'Shipments accepted in the month.';
COMMENT ON COLUMN tms.carrier_performance_metrics.shipments_delivered IS 'Shipments delivered in the month.';
COMMENT ON COLUMN tms.carrier_performance_metrics.on_time_delivery_percentage IS 'Share of those delivered by the agreed day, %; NULL if none was delivered.';
COMMENT ON COLUMN tms.carrier_performance_metrics.average_transit_days IS 'Mean time from departure to delivery of those delivered; NULL if none was.';
COMMENT ON COLUMN tms.carrier_performance_metrics.average_days_late IS 'Mean lateness of those delivered late; NULL if none was.';
COMMENT ON COLUMN tms.carrier_performance_metrics.damage_rate_percentage IS 'Share of those delivered with damaged or missing goods, %; NULL if none was delivered.';
COMMENT ON COLUMN tms.carrier_performance_metrics.claims_filed IS 'Claims filed in the month.';
COMMENT ON COLUMN tms.carrier_performance_metrics.currency IS 'Currency of the carrier, ISO 4217.';
COMMENT ON COLUMN tms.carrier_performance_metrics.total_freight_spend IS 'Sum of the total costs of the shipments that left in the month, in that currency.';
COMMENT ON COLUMN tms.carrier_performance_metrics.invoice_accuracy_percentage IS 'Share of the invoice lines of the month that matched at once, %; NULL without an invoice.';
COMMENT ON COLUMN tms.carrier_performance_metrics.performance_score IS 'Half punctuality against the target, and a quarter each freedom from damage and correct bills [points].';
COMMENT ON COLUMN tms.carrier_performance_metrics.created_at IS 'When it was computed.';

-- Messages from the warehouses.

CREATE TABLE tms.wms_tms_sync_log (
    sync_id bigint PRIMARY KEY,
    document_type text NOT NULL CHECK (document_type IN ('shipping_task', 'return_receipt')),
    idempotency_key text NOT NULL UNIQUE,
    source_table text NOT NULL,
    source_pk bigint NOT NULL,
    version integer NOT NULL CHECK (version > 0),
    batch_id bigint NOT NULL,
    low_watermark bigint NOT NULL CHECK (low_watermark >= 0),
    high_watermark bigint NOT NULL,
    source_time timestamptz NOT NULL,
    shipping_task_id bigint,
    shipment_id bigint REFERENCES tms.shipments (shipment_id),
    task_status text,
    number_of_packages smallint CHECK (number_of_packages > 0),
    total_weight_kg numeric(12, 2) CHECK (total_weight_kg > 0),
    return_order_line_id bigint REFERENCES tms.return_order_lines (return_order_line_id),
    quantity_received integer CHECK (quantity_received > 0),
    payload_hash bigint NOT NULL,
    sync_status text NOT NULL CHECK (sync_status IN ('applied', 'rejected')),
    attempt_count smallint NOT NULL CHECK (attempt_count > 0),
    error_message text,
    received_at timestamptz NOT NULL,
    applied_at timestamptz,
    updated_at timestamptz NOT NULL,
    UNIQUE (source_table, source_pk, version),
    CHECK (low_watermark < high_watermark),
    CHECK (num_nonnulls(shipping_task_id, shipment_id, task_status)
        = CASE document_type WHEN 'shipping_task' THEN 3 ELSE 0 END),
    CHECK (num_nonnulls(return_order_line_id, quantity_received)
        = CASE document_type WHEN 'return_receipt' THEN 2 ELSE 0 END),
    CHECK (num_nonnulls(number_of_packages, total_weight_kg) IN (0, 2)),
    CHECK (document_type = 'shipping_task' OR number_of_packages IS NULL),
    CHECK (source_time <= received_at),
    CHECK (received_at <= applied_at),
    CHECK (received_at <= updated_at),
    CHECK (applied_at <= updated_at),
    CHECK ((sync_status = 'applied') = (applied_at IS NOT NULL)),
    CHECK (sync_status <> 'rejected' OR error_message IS NOT NULL)
);
CREATE INDEX wms_tms_sync_log_shipment ON tms.wms_tms_sync_log (shipment_id) WHERE shipment_id IS NOT NULL;
CREATE INDEX wms_tms_sync_log_return ON tms.wms_tms_sync_log (return_order_line_id)
    WHERE return_order_line_id IS NOT NULL;
CREATE INDEX wms_tms_sync_log_batch ON tms.wms_tms_sync_log (batch_id);
CREATE INDEX wms_tms_sync_log_rejected ON tms.wms_tms_sync_log (received_at) WHERE sync_status = 'rejected';
COMMENT ON TABLE tms.wms_tms_sync_log IS 'Inbox of messages from the warehouses, one row a version of its source row, under the sync_id of the sender''s outbox; delivered at least once, applied once. Written by flow: warehouse to transport.';
COMMENT ON COLUMN tms.wms_tms_sync_log.sync_id IS 'Key: that of the message in the sender''s outbox. -> wms.wms_tms_sync_log(sync_id)';
COMMENT ON COLUMN tms.wms_tms_sync_log.document_type IS 'shipping_task (a change of its status) | return_receipt (returned goods arrived). The payload columns, from shipping task to quantity received, are those of their document; NULL in the other.';
COMMENT ON COLUMN tms.wms_tms_sync_log.idempotency_key IS 'Hash of flow, source row and version; a second delivery finds it taken.';
COMMENT ON COLUMN tms.wms_tms_sync_log.source_table IS 'Table of the source row, schema.table.';
COMMENT ON COLUMN tms.wms_tms_sync_log.source_pk IS 'Key of the source row.';
COMMENT ON COLUMN tms.wms_tms_sync_log.version IS 'Version of the source row, from 1; the highest one wins.';
COMMENT ON COLUMN tms.wms_tms_sync_log.batch_id IS 'Batch that delivered the message.';
COMMENT ON COLUMN tms.wms_tms_sync_log.low_watermark IS 'Commit sequence of the source after which the batch begins; equals the high watermark of the batch before it.';
COMMENT ON COLUMN tms.wms_tms_sync_log.high_watermark IS 'Commit sequence of the source with which the batch ends.';
COMMENT ON COLUMN tms.wms_tms_sync_log.source_time IS 'Time of the change in the source row.';
COMMENT ON COLUMN tms.wms_tms_sync_log.shipping_task_id IS 'Payload: shipping task. -> wms.shipping_tasks(shipping_task_id)';
COMMENT ON COLUMN tms.wms_tms_sync_log.shipment_id IS 'Payload: shipment.';
COMMENT ON COLUMN tms.wms_tms_sync_log.task_status IS 'Payload: status of the shipping task.';
COMMENT ON COLUMN tms.wms_tms_sync_log.number_of_packages IS 'Payload: packages; NULL before the shipment is staged.';
COMMENT ON COLUMN tms.wms_tms_sync_log.total_weight_kg IS 'Payload: gross weight; NULL before the shipment is staged.';
COMMENT ON COLUMN tms.wms_tms_sync_log.return_order_line_id IS 'Payload: line of the return.';
COMMENT ON COLUMN tms.wms_tms_sync_log.quantity_received IS 'Payload: returned parts that arrived [pcs].';
COMMENT ON COLUMN tms.wms_tms_sync_log.payload_hash IS '64-bit hash of the payload; sums over a batch compare with the sender.';
COMMENT ON COLUMN tms.wms_tms_sync_log.sync_status IS 'applied | rejected (until a later attempt applies it).';
COMMENT ON COLUMN tms.wms_tms_sync_log.attempt_count IS 'Deliveries attempted so far.';
COMMENT ON COLUMN tms.wms_tms_sync_log.error_message IS 'Error of the last failed attempt; NULL if none failed, about 499 in 500.';
COMMENT ON COLUMN tms.wms_tms_sync_log.received_at IS 'When the message first arrived, simulated time.';
COMMENT ON COLUMN tms.wms_tms_sync_log.applied_at IS 'When it was applied, simulated time; known when applied.';
COMMENT ON COLUMN tms.wms_tms_sync_log.updated_at IS 'Last change of the row.';
