-- Warehouse management: where stock lies, and every task that moves it from dock to dock.
-- Stock is kept by bin and lot. An inbound delivery flows appointment, receiving, putaway; an order flows
-- allocation, wave, pick, pack, stage, load. Production is picked from the same stock, without waves.
-- Quantities are in the base unit of the item: kg or pieces; finished parts are counted in pieces.

CREATE SCHEMA wms;
CREATE SCHEMA IF NOT EXISTS published;

-- Layout of the warehouses.

CREATE TABLE wms.warehouse_aisles (
    aisle_id integer PRIMARY KEY,
    zone_id integer NOT NULL,
    aisle_code text NOT NULL UNIQUE,
    aisle_number smallint NOT NULL CHECK (aisle_number > 0),
    aisle_type text NOT NULL CHECK (aisle_type IN ('wide', 'narrow', 'drive_in', 'floor')),
    storage_depth text NOT NULL CHECK (storage_depth IN ('single_deep', 'double_deep')),
    aisle_length_m numeric(6, 2) NOT NULL CHECK (aisle_length_m > 0),
    aisle_width_m numeric(5, 2) NOT NULL CHECK (aisle_width_m > 0),
    distance_to_dock_m numeric(6, 1) NOT NULL CHECK (distance_to_dock_m >= 0),
    created_at timestamptz NOT NULL,
    UNIQUE (zone_id, aisle_number)
);
COMMENT ON TABLE wms.warehouse_aisles IS 'Aisle of a warehouse zone; one row an aisle.';
COMMENT ON COLUMN wms.warehouse_aisles.aisle_id IS 'Key: zone * 100 + number of the aisle.';
COMMENT ON COLUMN wms.warehouse_aisles.zone_id IS 'Zone it lies in. -> master.warehouse_zones(zone_id)';
COMMENT ON COLUMN wms.warehouse_aisles.aisle_code IS 'Aisle code on the signs; begins with the code of the zone.';
COMMENT ON COLUMN wms.warehouse_aisles.aisle_number IS 'Number in the zone, counted from the docks.';
COMMENT ON COLUMN wms.warehouse_aisles.aisle_type IS 'wide (counterbalance trucks) | narrow (reach trucks) | drive_in | floor (marked lanes without racks).';
COMMENT ON COLUMN wms.warehouse_aisles.storage_depth IS 'single_deep | double_deep: pallets behind one another on each side.';
COMMENT ON COLUMN wms.warehouse_aisles.aisle_length_m IS 'Length [m].';
COMMENT ON COLUMN wms.warehouse_aisles.aisle_width_m IS 'Clear width for trucks [m].';
COMMENT ON COLUMN wms.warehouse_aisles.distance_to_dock_m IS 'Way from the middle of the aisle to the nearest dock door [m].';
COMMENT ON COLUMN wms.warehouse_aisles.created_at IS 'When the record was entered.';

CREATE TABLE wms.storage_bins (
    bin_id integer PRIMARY KEY,
    warehouse_id integer NOT NULL,
    zone_id integer NOT NULL,
    aisle_id integer NOT NULL REFERENCES wms.warehouse_aisles (aisle_id),
    bin_code text NOT NULL UNIQUE,
    bay smallint NOT NULL CHECK (bay > 0),
    level smallint NOT NULL CHECK (level >= 0),
    bin_type text NOT NULL CHECK (bin_type IN
        ('pallet_rack', 'shelf', 'flow_rack', 'floor_lane', 'dock_lane', 'packing_station')),
    pick_sequence integer NOT NULL CHECK (pick_sequence > 0),
    length_cm integer NOT NULL CHECK (length_cm > 0),
    width_cm integer NOT NULL CHECK (width_cm > 0),
    height_cm integer NOT NULL CHECK (height_cm > 0),
    volume_capacity_m3 numeric(8, 3) NOT NULL CHECK (volume_capacity_m3 > 0),
    weight_capacity_kg numeric(10, 1) NOT NULL CHECK (weight_capacity_kg > 0),
    pallet_places smallint NOT NULL CHECK (pallet_places >= 0),
    velocity_class text NOT NULL CHECK (velocity_class IN ('A', 'B', 'C')),
    mixed_storage boolean NOT NULL,
    dedicated_material_id integer,
    dedicated_product_id integer,
    replenishment_point numeric(14, 3) CHECK (replenishment_point >= 0),
    maximum_quantity numeric(14, 3),
    bin_status text NOT NULL CHECK (bin_status IN ('available', 'blocked')),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (num_nonnulls(dedicated_material_id, dedicated_product_id) <= 1),
    -- A pick face has its item and its limits together.
    CHECK (num_nonnulls(replenishment_point, maximum_quantity)
        = 2 * num_nonnulls(dedicated_material_id, dedicated_product_id)),
    CHECK (replenishment_point < maximum_quantity),
    CHECK (created_at <= updated_at)
);
CREATE INDEX storage_bins_aisle ON wms.storage_bins (aisle_id);
CREATE INDEX storage_bins_zone ON wms.storage_bins (zone_id, pick_sequence);
CREATE INDEX storage_bins_material ON wms.storage_bins (dedicated_material_id)
    WHERE dedicated_material_id IS NOT NULL;
CREATE INDEX storage_bins_product ON wms.storage_bins (dedicated_product_id)
    WHERE dedicated_product_id IS NOT NULL;
COMMENT ON TABLE wms.storage_bins IS 'Storage location: the smallest place that has an address. Docks and packing stations have bins too, so that all stock in the building lies in one.';
COMMENT ON COLUMN wms.storage_bins.bin_id IS 'Key: aisle * 100 + number of the bin in the aisle.';
COMMENT ON COLUMN wms.storage_bins.warehouse_id IS 'Warehouse. -> master.warehouses(warehouse_id)';
COMMENT ON COLUMN wms.storage_bins.zone_id IS 'Zone. -> master.warehouse_zones(zone_id)';
COMMENT ON COLUMN wms.storage_bins.aisle_id IS 'Aisle.';
COMMENT ON COLUMN wms.storage_bins.bin_code IS 'Address on the label that is scanned: aisle, bay, level.';
COMMENT ON COLUMN wms.storage_bins.bay IS 'Bay along the aisle, counted from the docks.';
COMMENT ON COLUMN wms.storage_bins.level IS 'Level of the rack; 0 is the floor.';
COMMENT ON COLUMN wms.storage_bins.bin_type IS 'pallet_rack | shelf | flow_rack (boxes roll to the picker) | floor_lane (pallets stacked in blocks) | dock_lane (staging at the doors) | packing_station.';
COMMENT ON COLUMN wms.storage_bins.pick_sequence IS 'Position on the walk through the warehouse that visits each bin once.';
COMMENT ON COLUMN wms.storage_bins.length_cm IS 'Clear depth [cm].';
COMMENT ON COLUMN wms.storage_bins.width_cm IS 'Clear width [cm].';
COMMENT ON COLUMN wms.storage_bins.height_cm IS 'Clear height [cm].';
COMMENT ON COLUMN wms.storage_bins.volume_capacity_m3 IS 'Usable volume, less than the clear space.';
COMMENT ON COLUMN wms.storage_bins.weight_capacity_kg IS 'Load that it may carry.';
COMMENT ON COLUMN wms.storage_bins.pallet_places IS 'Pallets that fit; 0 for shelves and flow racks.';
COMMENT ON COLUMN wms.storage_bins.velocity_class IS 'Movers that belong here: A fast (nearest to the docks) | B medium | C slow.';
COMMENT ON COLUMN wms.storage_bins.mixed_storage IS 'Several lots or items may lie in it at the same time.';
COMMENT ON COLUMN wms.storage_bins.dedicated_material_id IS 'Material whose pick face it is; NULL elsewhere. -> master.materials(material_id)';
COMMENT ON COLUMN wms.storage_bins.dedicated_product_id IS 'Finished part whose pick face it is; NULL elsewhere. -> master.products(product_id)';
COMMENT ON COLUMN wms.storage_bins.replenishment_point IS 'Stock below which a pick face is refilled, in the base unit of its item; NULL elsewhere.';
COMMENT ON COLUMN wms.storage_bins.maximum_quantity IS 'Stock to which a pick face is refilled, in the base unit of its item; NULL elsewhere.';
COMMENT ON COLUMN wms.storage_bins.bin_status IS 'available | blocked (rack damaged or under inspection; about 1 in 300 at a time).';
COMMENT ON COLUMN wms.storage_bins.created_at IS 'When the record was entered.';
COMMENT ON COLUMN wms.storage_bins.updated_at IS 'Last change of the row.';

CREATE TABLE wms.slotting_rules (
    slotting_rule_id integer PRIMARY KEY,
    rule_name text NOT NULL UNIQUE,
    warehouse_id integer NOT NULL,
    zone_id integer NOT NULL,
    item_class text NOT NULL CHECK (item_class IN
        ('raw_material', 'component', 'consumable', 'packaging', 'finished_product')),
    material_id integer,
    velocity_class text CHECK (velocity_class IN ('A', 'B', 'C')),
    stock_status text NOT NULL CHECK (stock_status IN ('unrestricted', 'blocked')),
    strategy_type text NOT NULL CHECK (strategy_type IN
        ('nearest_empty_bin', 'same_lot_first', 'dedicated_bin', 'bulk_lane')),
    priority smallint NOT NULL CHECK (priority > 0),
    valid_from date NOT NULL,
    created_at timestamptz NOT NULL,
    UNIQUE (warehouse_id, priority),
    CHECK (item_class <> 'finished_product' OR material_id IS NULL)
);
COMMENT ON TABLE wms.slotting_rules IS 'Rule that finds the zone and bin for stock put away; of those that match, the one with the lowest priority number wins.';
COMMENT ON COLUMN wms.slotting_rules.slotting_rule_id IS 'Key.';
COMMENT ON COLUMN wms.slotting_rules.rule_name IS 'Name.';
COMMENT ON COLUMN wms.slotting_rules.warehouse_id IS 'Warehouse. -> master.warehouses(warehouse_id)';
COMMENT ON COLUMN wms.slotting_rules.zone_id IS 'Zone the stock goes to. -> master.warehouse_zones(zone_id)';
COMMENT ON COLUMN wms.slotting_rules.item_class IS 'Items it is for: a type of material, or finished_product.';
COMMENT ON COLUMN wms.slotting_rules.material_id IS 'Single material it is for; NULL: every item of the class. -> master.materials(material_id)';
COMMENT ON COLUMN wms.slotting_rules.velocity_class IS 'Movers it is for: A fast | B medium | C slow; NULL: any.';
COMMENT ON COLUMN wms.slotting_rules.stock_status IS 'Status of the stock it is for: unrestricted | blocked.';
COMMENT ON COLUMN wms.slotting_rules.strategy_type IS 'How the bin is chosen: nearest_empty_bin | same_lot_first (beside stock of the lot) | dedicated_bin (the pick face of the item) | bulk_lane.';
COMMENT ON COLUMN wms.slotting_rules.priority IS 'Order of evaluation in the warehouse, from 1.';
COMMENT ON COLUMN wms.slotting_rules.valid_from IS 'First day of the rule.';
COMMENT ON COLUMN wms.slotting_rules.created_at IS 'When the record was entered.';

-- People and equipment.

CREATE TABLE wms.warehouse_workers (
    worker_id integer PRIMARY KEY,
    worker_code text NOT NULL UNIQUE,
    employee_id integer NOT NULL UNIQUE,
    warehouse_id integer NOT NULL,
    primary_zone_id integer NOT NULL,
    worker_role text NOT NULL CHECK (worker_role IN
        ('receiver', 'forklift_operator', 'picker', 'packer', 'loader', 'inventory_controller')),
    shift_schedule_id integer NOT NULL,
    forklift_certified boolean NOT NULL,
    hazmat_certified boolean NOT NULL,
    pick_rate_lines_per_hour numeric(5, 1) NOT NULL CHECK (pick_rate_lines_per_hour > 0),
    worker_status text NOT NULL CHECK (worker_status IN ('active', 'inactive')),
    active_from date NOT NULL,
    active_until date,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (active_from <= active_until),
    CHECK ((worker_status = 'inactive') = (active_until IS NOT NULL)),
    CHECK (created_at <= updated_at)
);
CREATE INDEX warehouse_workers_warehouse ON wms.warehouse_workers (warehouse_id);
COMMENT ON TABLE wms.warehouse_workers IS 'Profile of an employee who works with the scanner; one row an employee.';
COMMENT ON COLUMN wms.warehouse_workers.worker_id IS 'Key.';
COMMENT ON COLUMN wms.warehouse_workers.worker_code IS 'Login at the scanner.';
COMMENT ON COLUMN wms.warehouse_workers.employee_id IS 'Employee. -> master.employees(employee_id)';
COMMENT ON COLUMN wms.warehouse_workers.warehouse_id IS 'Warehouse. -> master.warehouses(warehouse_id)';
COMMENT ON COLUMN wms.warehouse_workers.primary_zone_id IS 'Zone where most tasks are given. -> master.warehouse_zones(zone_id)';
COMMENT ON COLUMN wms.warehouse_workers.worker_role IS 'Main work: receiver | forklift_operator | picker | packer | loader | inventory_controller; all of them help out.';
COMMENT ON COLUMN wms.warehouse_workers.shift_schedule_id IS 'Shift normally worked. -> hr.shift_schedules(shift_schedule_id)';
COMMENT ON COLUMN wms.warehouse_workers.forklift_certified IS 'Holds a forklift licence.';
COMMENT ON COLUMN wms.warehouse_workers.hazmat_certified IS 'Trained to handle hazardous goods.';
COMMENT ON COLUMN wms.warehouse_workers.pick_rate_lines_per_hour IS 'Personal standard, picks an hour; grows with practice in the first months [picks/h].';
COMMENT ON COLUMN wms.warehouse_workers.worker_status IS 'active | inactive (left the warehouse or the company).';
COMMENT ON COLUMN wms.warehouse_workers.active_from IS 'First day in the warehouse.';
COMMENT ON COLUMN wms.warehouse_workers.active_until IS 'Last day in the warehouse; NULL while active.';
COMMENT ON COLUMN wms.warehouse_workers.created_at IS 'When the record was entered.';
COMMENT ON COLUMN wms.warehouse_workers.updated_at IS 'Last change of the row.';

CREATE TABLE wms.warehouse_equipment (
    equipment_id integer PRIMARY KEY,
    equipment_code text NOT NULL UNIQUE,
    warehouse_id integer NOT NULL,
    equipment_type text NOT NULL CHECK (equipment_type IN
        ('counterbalance_forklift', 'reach_truck', 'pallet_truck', 'order_picker', 'tugger_train', 'scanner')),
    manufacturer text NOT NULL,
    model_number text NOT NULL,
    serial_number text NOT NULL UNIQUE,
    commissioned_on date NOT NULL,
    capacity_kg integer CHECK (capacity_kg > 0),
    max_lift_height_m numeric(5, 2) CHECK (max_lift_height_m > 0),
    equipment_status text NOT NULL CHECK (equipment_status IN ('available', 'in_maintenance', 'retired')),
    total_hours numeric(10, 1) NOT NULL CHECK (total_hours >= 0),
    last_maintenance_date date,
    next_maintenance_date date,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK ((equipment_type = 'scanner') = (capacity_kg IS NULL)),
    CHECK ((equipment_type IN ('counterbalance_forklift', 'reach_truck', 'order_picker'))
        = (max_lift_height_m IS NOT NULL)),
    CHECK (commissioned_on <= last_maintenance_date),
    CHECK (last_maintenance_date < next_maintenance_date),
    CHECK (next_maintenance_date IS NOT NULL OR equipment_status = 'retired' OR equipment_type = 'scanner'),
    CHECK (created_at <= updated_at)
);
CREATE INDEX warehouse_equipment_warehouse ON wms.warehouse_equipment (warehouse_id);
COMMENT ON TABLE wms.warehouse_equipment IS 'Truck or scanner of a warehouse; one task at a time uses it.';
COMMENT ON COLUMN wms.warehouse_equipment.equipment_id IS 'Key.';
COMMENT ON COLUMN wms.warehouse_equipment.equipment_code IS 'Number painted on it.';
COMMENT ON COLUMN wms.warehouse_equipment.warehouse_id IS 'Warehouse. -> master.warehouses(warehouse_id)';
COMMENT ON COLUMN wms.warehouse_equipment.equipment_type IS 'counterbalance_forklift | reach_truck | pallet_truck | order_picker | tugger_train (supplies the lines) | scanner.';
COMMENT ON COLUMN wms.warehouse_equipment.manufacturer IS 'Maker.';
COMMENT ON COLUMN wms.warehouse_equipment.model_number IS 'Model.';
COMMENT ON COLUMN wms.warehouse_equipment.serial_number IS 'Serial number of the maker.';
COMMENT ON COLUMN wms.warehouse_equipment.commissioned_on IS 'First day of use.';
COMMENT ON COLUMN wms.warehouse_equipment.capacity_kg IS 'Load that it may carry or tow; NULL for scanners.';
COMMENT ON COLUMN wms.warehouse_equipment.max_lift_height_m IS 'Height it lifts to [m]; NULL for what does not lift.';
COMMENT ON COLUMN wms.warehouse_equipment.equipment_status IS 'available | in_maintenance | retired.';
COMMENT ON COLUMN wms.warehouse_equipment.total_hours IS 'Hour meter: hours in use since commissioning.';
COMMENT ON COLUMN wms.warehouse_equipment.last_maintenance_date IS 'Day of the last service; NULL before the first.';
COMMENT ON COLUMN wms.warehouse_equipment.next_maintenance_date IS 'Day on which the next service is due; NULL for scanners and for retired trucks.';
COMMENT ON COLUMN wms.warehouse_equipment.created_at IS 'When the record was entered.';
COMMENT ON COLUMN wms.warehouse_equipment.updated_at IS 'Last change of the row.';

-- Stock.

CREATE TABLE wms.handling_units (
    handling_unit_id bigint PRIMARY KEY,
    sscc text NOT NULL UNIQUE CHECK (sscc ~ '^[0-9]{18}$'),
    warehouse_id integer NOT NULL,
    unit_purpose text NOT NULL CHECK (unit_purpose IN ('storage', 'shipping')),
    unit_type text NOT NULL CHECK (unit_type IN ('pallet', 'container', 'carton')),
    lot_id bigint,
    material_id integer,
    product_id integer,
    quantity numeric(14, 3) NOT NULL CHECK (quantity > 0),
    unit_of_measure text NOT NULL CHECK (unit_of_measure IN ('kg', 'pcs')),
    gross_weight_kg numeric(10, 2) NOT NULL CHECK (gross_weight_kg > 0),
    volume_m3 numeric(8, 3) NOT NULL CHECK (volume_m3 > 0),
    bin_id integer REFERENCES wms.storage_bins (bin_id),
    unit_status text NOT NULL CHECK (unit_status IN ('created', 'stored', 'staged', 'shipped', 'emptied')),
    created_at timestamptz NOT NULL,
    closed_at timestamptz,
    updated_at timestamptz NOT NULL,
    CHECK ((unit_purpose = 'storage') = (lot_id IS NOT NULL)),
    CHECK (num_nonnulls(material_id, product_id) = CASE unit_purpose WHEN 'storage' THEN 1 ELSE 0 END),
    CHECK (unit_of_measure = 'pcs' OR material_id IS NOT NULL),
    CHECK (unit_of_measure <> 'pcs' OR quantity = trunc(quantity)),
    CHECK (unit_purpose = 'storage' OR unit_status NOT IN ('stored', 'emptied')),
    CHECK (unit_purpose = 'shipping' OR unit_status NOT IN ('staged', 'shipped')),
    CHECK ((unit_status IN ('shipped', 'emptied')) = (closed_at IS NOT NULL)),
    CHECK ((closed_at IS NULL) = (bin_id IS NOT NULL)),
    CHECK (created_at <= closed_at),
    CHECK (closed_at <= updated_at),
    CHECK (created_at <= updated_at)
);
CREATE INDEX handling_units_bin ON wms.handling_units (bin_id) WHERE bin_id IS NOT NULL;
CREATE INDEX handling_units_lot ON wms.handling_units (lot_id) WHERE lot_id IS NOT NULL;
CREATE INDEX handling_units_created ON wms.handling_units (warehouse_id, created_at);
COMMENT ON TABLE wms.handling_units IS 'Pallet, container or carton with a licence plate. A storage unit holds one lot, from receipt until it is empty; a shipping unit is made up at packing and leaves with its shipment.';
COMMENT ON COLUMN wms.handling_units.handling_unit_id IS 'Key: warehouse, day of creation, sequence.';
COMMENT ON COLUMN wms.handling_units.sscc IS 'Licence plate: serial shipping container code (GS1), 18 digits with the check digit.';
COMMENT ON COLUMN wms.handling_units.warehouse_id IS 'Warehouse that labelled it. -> master.warehouses(warehouse_id)';
COMMENT ON COLUMN wms.handling_units.unit_purpose IS 'storage | shipping.';
COMMENT ON COLUMN wms.handling_units.unit_type IS 'pallet | container (returnable box) | carton.';
COMMENT ON COLUMN wms.handling_units.lot_id IS 'Lot on a storage unit; NULL for shipping units, whose contents are the picks packed into them. -> erp.inventory_lots(lot_id)';
COMMENT ON COLUMN wms.handling_units.material_id IS 'Material on a storage unit; NULL for finished parts and shipping units. -> master.materials(material_id)';
COMMENT ON COLUMN wms.handling_units.product_id IS 'Finished part on a storage unit; NULL for materials and shipping units. -> master.products(product_id)';
COMMENT ON COLUMN wms.handling_units.quantity IS 'Quantity on it when it was labelled, in the unit of measure.';
COMMENT ON COLUMN wms.handling_units.unit_of_measure IS 'kg | pcs.';
COMMENT ON COLUMN wms.handling_units.gross_weight_kg IS 'Weight when it was labelled, packaging included.';
COMMENT ON COLUMN wms.handling_units.volume_m3 IS 'Outer volume, rounded to a litre.';
COMMENT ON COLUMN wms.handling_units.bin_id IS 'Bin where it stands; NULL once it has left or is empty.';
COMMENT ON COLUMN wms.handling_units.unit_status IS 'created (labelled; storage units wait for putaway) | stored | staged (shipping units, at the dock) | shipped | emptied.';
COMMENT ON COLUMN wms.handling_units.created_at IS 'When it was labelled.';
COMMENT ON COLUMN wms.handling_units.closed_at IS 'When it was shipped or found empty; NULL until then.';
COMMENT ON COLUMN wms.handling_units.updated_at IS 'Last change of the row.';

CREATE TABLE wms.warehouse_inventory (
    warehouse_inventory_id bigint PRIMARY KEY,
    warehouse_id integer NOT NULL,
    bin_id integer NOT NULL REFERENCES wms.storage_bins (bin_id),
    lot_id bigint NOT NULL,
    material_id integer,
    product_id integer,
    handling_unit_id bigint REFERENCES wms.handling_units (handling_unit_id),
    quantity_on_hand numeric(14, 3) NOT NULL CHECK (quantity_on_hand >= 0),
    reserved_quantity numeric(14, 3) NOT NULL CHECK (reserved_quantity >= 0),
    unit_of_measure text NOT NULL CHECK (unit_of_measure IN ('kg', 'pcs')),
    stock_status text NOT NULL CHECK (stock_status IN ('unrestricted', 'quality_inspection', 'blocked')),
    received_date date NOT NULL,
    expiry_date date,
    last_movement_at timestamptz NOT NULL,
    last_counted_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (bin_id, lot_id),
    CHECK (num_nonnulls(material_id, product_id) = 1),
    CHECK (unit_of_measure = 'pcs' OR material_id IS NOT NULL),
    CHECK (unit_of_measure <> 'pcs'
        OR (quantity_on_hand = trunc(quantity_on_hand) AND reserved_quantity = trunc(reserved_quantity))),
    CHECK (reserved_quantity <= quantity_on_hand),
    CHECK (quantity_on_hand > 0 OR handling_unit_id IS NULL),
    CHECK (received_date < expiry_date),
    CHECK (created_at <= last_movement_at),
    CHECK (last_movement_at <= updated_at),
    CHECK (last_counted_at <= updated_at)
);
CREATE INDEX warehouse_inventory_lot ON wms.warehouse_inventory (lot_id);
CREATE INDEX warehouse_inventory_handling_unit ON wms.warehouse_inventory (handling_unit_id)
    WHERE handling_unit_id IS NOT NULL;
CREATE INDEX warehouse_inventory_material ON wms.warehouse_inventory (material_id, warehouse_id)
    WHERE quantity_on_hand > 0;
CREATE INDEX warehouse_inventory_product ON wms.warehouse_inventory (product_id, warehouse_id)
    WHERE quantity_on_hand > 0;
COMMENT ON TABLE wms.warehouse_inventory IS 'Stock of one lot in one bin: movements into it minus movements out of it. The row stays, at zero, when the bin is empty of the lot.';
COMMENT ON COLUMN wms.warehouse_inventory.warehouse_inventory_id IS 'Key.';
COMMENT ON COLUMN wms.warehouse_inventory.warehouse_id IS 'Warehouse. -> master.warehouses(warehouse_id)';
COMMENT ON COLUMN wms.warehouse_inventory.bin_id IS 'Bin.';
COMMENT ON COLUMN wms.warehouse_inventory.lot_id IS 'Lot. -> erp.inventory_lots(lot_id)';
COMMENT ON COLUMN wms.warehouse_inventory.material_id IS 'Material of the lot; NULL for finished parts. -> master.materials(material_id)';
COMMENT ON COLUMN wms.warehouse_inventory.product_id IS 'Finished part of the lot; NULL for materials. -> master.products(product_id)';
COMMENT ON COLUMN wms.warehouse_inventory.handling_unit_id IS 'Storage unit on which all of it lies; NULL where it is loose, on several, or gone.';
COMMENT ON COLUMN wms.warehouse_inventory.quantity_on_hand IS 'Stock in the unit of measure.';
COMMENT ON COLUMN wms.warehouse_inventory.reserved_quantity IS 'Part of the stock that open allocations hold, in the unit of measure; what is not reserved is available.';
COMMENT ON COLUMN wms.warehouse_inventory.unit_of_measure IS 'kg | pcs.';
COMMENT ON COLUMN wms.warehouse_inventory.stock_status IS 'unrestricted | quality_inspection (incoming, not decided) | blocked (held by quality); only unrestricted stock is allocated.';
COMMENT ON COLUMN wms.warehouse_inventory.received_date IS 'Day on which the lot came into the warehouse, local; stock is used first in, first out.';
COMMENT ON COLUMN wms.warehouse_inventory.expiry_date IS 'End of the lot''s shelf life; NULL for items without one. Where there is one, the lot that expires first is used first.';
COMMENT ON COLUMN wms.warehouse_inventory.last_movement_at IS 'Last movement into the bin or out of it.';
COMMENT ON COLUMN wms.warehouse_inventory.last_counted_at IS 'Last cycle count; NULL before the first.';
COMMENT ON COLUMN wms.warehouse_inventory.created_at IS 'When the lot first came into the bin.';
COMMENT ON COLUMN wms.warehouse_inventory.updated_at IS 'Last change of the row.';

-- Inbound.

CREATE TABLE wms.dock_appointments (
    dock_appointment_id bigint PRIMARY KEY,
    appointment_number text NOT NULL UNIQUE CHECK (appointment_number ~ '^DA-W[0-9]+-[0-9]{8}-[0-9]{2,}$'),
    warehouse_id integer NOT NULL,
    dock_door smallint NOT NULL CHECK (dock_door > 0),
    direction text NOT NULL CHECK (direction IN ('inbound', 'outbound')),
    carrier_id integer,
    supplier_id integer,
    purchase_order_id bigint,
    load_id bigint UNIQUE,
    scheduled_start_at timestamptz NOT NULL,
    scheduled_end_at timestamptz NOT NULL,
    trailer_number text,
    arrived_at timestamptz,
    docked_at timestamptz,
    departed_at timestamptz,
    appointment_status text NOT NULL CHECK (appointment_status IN
        ('scheduled', 'arrived', 'docked', 'completed')),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (scheduled_start_at < scheduled_end_at),
    CHECK (created_at < scheduled_start_at),
    CHECK (created_at <= arrived_at),
    CHECK (arrived_at <= docked_at),
    CHECK (docked_at < departed_at),
    CHECK (created_at <= updated_at),
    CHECK (greatest(arrived_at, docked_at, departed_at) <= updated_at),
    CHECK (num_nonnulls(supplier_id, purchase_order_id) = CASE direction WHEN 'inbound' THEN 2 ELSE 0 END),
    CHECK ((direction = 'outbound') = (load_id IS NOT NULL)),
    CHECK (direction = 'inbound' OR carrier_id IS NOT NULL),
    CHECK ((appointment_status = 'scheduled') = (arrived_at IS NULL)),
    CHECK ((arrived_at IS NULL) = (trailer_number IS NULL)),
    CHECK ((appointment_status IN ('docked', 'completed')) = (docked_at IS NOT NULL)),
    CHECK ((appointment_status = 'completed') = (departed_at IS NOT NULL))
);
CREATE INDEX dock_appointments_warehouse ON wms.dock_appointments (warehouse_id, scheduled_start_at);
CREATE INDEX dock_appointments_carrier ON wms.dock_appointments (carrier_id, scheduled_start_at);
CREATE INDEX dock_appointments_supplier ON wms.dock_appointments (supplier_id) WHERE supplier_id IS NOT NULL;
CREATE INDEX dock_appointments_purchase_order ON wms.dock_appointments (purchase_order_id)
    WHERE purchase_order_id IS NOT NULL;
COMMENT ON TABLE wms.dock_appointments IS 'Time slot of a truck at a dock door: a delivery of a supplier, or a load that leaves. Trucks at one door do not overlap.';
COMMENT ON COLUMN wms.dock_appointments.dock_appointment_id IS 'Key: warehouse, day of the slot, sequence.';
COMMENT ON COLUMN wms.dock_appointments.appointment_number IS 'Readable number of the same parts: DA-W<warehouse>-<yyyymmdd>-<sequence>.';
COMMENT ON COLUMN wms.dock_appointments.warehouse_id IS 'Warehouse. -> master.warehouses(warehouse_id)';
COMMENT ON COLUMN wms.dock_appointments.dock_door IS 'Dock door, from 1 to the number of doors of the warehouse.';
COMMENT ON COLUMN wms.dock_appointments.direction IS 'inbound | outbound.';
COMMENT ON COLUMN wms.dock_appointments.carrier_id IS 'Carrier; NULL where a supplier sends with one of its own. -> tms.carriers(carrier_id)';
COMMENT ON COLUMN wms.dock_appointments.supplier_id IS 'Supplier of an inbound delivery; NULL for outbound. -> master.suppliers(supplier_id)';
COMMENT ON COLUMN wms.dock_appointments.purchase_order_id IS 'Purchase order delivered; NULL for outbound. -> erp.purchase_orders(purchase_order_id)';
COMMENT ON COLUMN wms.dock_appointments.load_id IS 'Load that leaves; NULL for inbound. -> tms.loads(load_id)';
COMMENT ON COLUMN wms.dock_appointments.scheduled_start_at IS 'Begin of the slot.';
COMMENT ON COLUMN wms.dock_appointments.scheduled_end_at IS 'End of the slot.';
COMMENT ON COLUMN wms.dock_appointments.trailer_number IS 'Plate of the truck or trailer; known when it arrives.';
COMMENT ON COLUMN wms.dock_appointments.arrived_at IS 'Arrival at the gate; known when it arrives.';
COMMENT ON COLUMN wms.dock_appointments.docked_at IS 'When it stood at the door; known then.';
COMMENT ON COLUMN wms.dock_appointments.departed_at IS 'Departure from the door; known when it leaves.';
COMMENT ON COLUMN wms.dock_appointments.appointment_status IS 'scheduled | arrived (waits in the yard) | docked | completed (has left).';
COMMENT ON COLUMN wms.dock_appointments.created_at IS 'When the slot was booked.';
COMMENT ON COLUMN wms.dock_appointments.updated_at IS 'Last change of the row.';

CREATE TABLE wms.receiving_tasks (
    receiving_task_id bigint PRIMARY KEY,
    task_number text NOT NULL UNIQUE CHECK (task_number ~ '^RCV-W[0-9]+-[0-9]{8}-[0-9]{3,}$'),
    warehouse_id integer NOT NULL,
    dock_appointment_id bigint NOT NULL REFERENCES wms.dock_appointments (dock_appointment_id),
    advance_ship_notice_id bigint NOT NULL UNIQUE,
    purchase_order_line_id bigint NOT NULL,
    goods_receipt_line_id bigint UNIQUE,
    material_id integer NOT NULL,
    lot_id bigint UNIQUE,
    supplier_lot_number text NOT NULL,
    expected_quantity numeric(14, 3) NOT NULL CHECK (expected_quantity > 0),
    received_quantity numeric(14, 3) CHECK (received_quantity > 0),
    unit_of_measure text NOT NULL CHECK (unit_of_measure IN ('kg', 'pcs')),
    number_of_handling_units smallint CHECK (number_of_handling_units > 0),
    quality_inspection_required boolean NOT NULL,
    receiving_bin_id integer REFERENCES wms.storage_bins (bin_id),
    task_status text NOT NULL CHECK (task_status IN ('open', 'in_progress', 'completed')),
    assigned_to integer REFERENCES wms.warehouse_workers (worker_id),
    created_at timestamptz NOT NULL,
    started_at timestamptz,
    completed_at timestamptz,
    updated_at timestamptz NOT NULL,
    CHECK (unit_of_measure <> 'pcs'
        OR (expected_quantity = trunc(expected_quantity) AND received_quantity = trunc(received_quantity))
        OR (expected_quantity = trunc(expected_quantity) AND received_quantity IS NULL)),
    CHECK (created_at <= started_at),
    CHECK (started_at < completed_at),
    CHECK (created_at <= updated_at),
    CHECK (greatest(started_at, completed_at) <= updated_at),
    CHECK ((task_status = 'open') = (started_at IS NULL)),
    CHECK (num_nulls(started_at, assigned_to, receiving_bin_id) IN (0, 3)),
    -- What is known at the end is known altogether.
    CHECK (num_nulls(completed_at, goods_receipt_line_id, lot_id, received_quantity, number_of_handling_units)
        = CASE task_status WHEN 'completed' THEN 0 ELSE 5 END)
);
CREATE INDEX receiving_tasks_appointment ON wms.receiving_tasks (dock_appointment_id);
CREATE INDEX receiving_tasks_bin ON wms.receiving_tasks (receiving_bin_id);
CREATE INDEX receiving_tasks_worker ON wms.receiving_tasks (assigned_to, started_at);
CREATE INDEX receiving_tasks_material ON wms.receiving_tasks (material_id);
CREATE INDEX receiving_tasks_purchase_order_line ON wms.receiving_tasks (purchase_order_line_id);
CREATE INDEX receiving_tasks_not_done ON wms.receiving_tasks (warehouse_id, created_at)
    WHERE task_status <> 'completed';
COMMENT ON TABLE wms.receiving_tasks IS 'Receipt of one line of a delivery at the dock: unload, count, label. Its completion posts the goods receipt line; the lot exists from then on. Spare parts go to the maintenance store without a task.';
COMMENT ON COLUMN wms.receiving_tasks.receiving_task_id IS 'Key: warehouse, day of creation, sequence.';
COMMENT ON COLUMN wms.receiving_tasks.task_number IS 'Readable number of the same parts: RCV-W<warehouse>-<yyyymmdd>-<sequence>.';
COMMENT ON COLUMN wms.receiving_tasks.warehouse_id IS 'Warehouse. -> master.warehouses(warehouse_id)';
COMMENT ON COLUMN wms.receiving_tasks.dock_appointment_id IS 'Appointment of the delivery.';
COMMENT ON COLUMN wms.receiving_tasks.advance_ship_notice_id IS 'Line of the supplier''s advance ship notice that announced it. -> supplier.advance_ship_notices(advance_ship_notice_id)';
COMMENT ON COLUMN wms.receiving_tasks.purchase_order_line_id IS 'Purchase order line delivered. -> erp.purchase_order_lines(purchase_order_line_id)';
COMMENT ON COLUMN wms.receiving_tasks.goods_receipt_line_id IS 'Goods receipt line posted; known when completed. -> erp.goods_receipt_lines(goods_receipt_line_id)';
COMMENT ON COLUMN wms.receiving_tasks.material_id IS 'Material. -> master.materials(material_id)';
COMMENT ON COLUMN wms.receiving_tasks.lot_id IS 'Lot created by the receipt; known when completed. -> erp.inventory_lots(lot_id)';
COMMENT ON COLUMN wms.receiving_tasks.supplier_lot_number IS 'Lot number of the supplier, from the ship notice.';
COMMENT ON COLUMN wms.receiving_tasks.expected_quantity IS 'Quantity announced, in the unit of measure.';
COMMENT ON COLUMN wms.receiving_tasks.received_quantity IS 'Quantity counted, in the unit of measure; known when completed.';
COMMENT ON COLUMN wms.receiving_tasks.unit_of_measure IS 'kg | pcs.';
COMMENT ON COLUMN wms.receiving_tasks.number_of_handling_units IS 'Storage units labelled; known when completed.';
COMMENT ON COLUMN wms.receiving_tasks.quality_inspection_required IS 'The lot goes through incoming inspection before it may be used.';
COMMENT ON COLUMN wms.receiving_tasks.receiving_bin_id IS 'Dock lane where the goods are set down, or a bin of the quality zone where inspection is required; known when started.';
COMMENT ON COLUMN wms.receiving_tasks.task_status IS 'open | in_progress | completed.';
COMMENT ON COLUMN wms.receiving_tasks.assigned_to IS 'Worker; known when started.';
COMMENT ON COLUMN wms.receiving_tasks.created_at IS 'When the truck arrived and the task was recorded.';
COMMENT ON COLUMN wms.receiving_tasks.started_at IS 'Start of unloading; known when started.';
COMMENT ON COLUMN wms.receiving_tasks.completed_at IS 'When count and labels were confirmed; known when completed.';
COMMENT ON COLUMN wms.receiving_tasks.updated_at IS 'Last change of the row.';

CREATE TABLE wms.putaway_tasks (
    putaway_task_id bigint PRIMARY KEY,
    task_number text NOT NULL UNIQUE CHECK (task_number ~ '^PUT-W[0-9]+-[0-9]{8}-[0-9]{3,}$'),
    warehouse_id integer NOT NULL,
    handling_unit_id bigint NOT NULL UNIQUE REFERENCES wms.handling_units (handling_unit_id),
    receiving_task_id bigint REFERENCES wms.receiving_tasks (receiving_task_id),
    material_transaction_id bigint,
    return_order_line_id bigint,
    slotting_rule_id integer NOT NULL REFERENCES wms.slotting_rules (slotting_rule_id),
    from_bin_id integer NOT NULL REFERENCES wms.storage_bins (bin_id),
    to_bin_id integer NOT NULL REFERENCES wms.storage_bins (bin_id),
    priority smallint NOT NULL CHECK (priority BETWEEN 1 AND 9),
    task_status text NOT NULL CHECK (task_status IN ('open', 'in_progress', 'completed')),
    assigned_to integer REFERENCES wms.warehouse_workers (worker_id),
    equipment_id integer REFERENCES wms.warehouse_equipment (equipment_id),
    created_at timestamptz NOT NULL,
    started_at timestamptz,
    completed_at timestamptz,
    updated_at timestamptz NOT NULL,
    CHECK (num_nonnulls(receiving_task_id, material_transaction_id, return_order_line_id) = 1),
    CHECK (from_bin_id <> to_bin_id),
    CHECK (created_at <= started_at),
    CHECK (started_at < completed_at),
    CHECK (created_at <= updated_at),
    CHECK (greatest(started_at, completed_at) <= updated_at),
    CHECK ((task_status = 'open') = (started_at IS NULL)),
    CHECK (num_nulls(started_at, assigned_to, equipment_id) IN (0, 3)),
    CHECK ((task_status = 'completed') = (completed_at IS NOT NULL))
);
CREATE INDEX putaway_tasks_receiving ON wms.putaway_tasks (receiving_task_id) WHERE receiving_task_id IS NOT NULL;
CREATE INDEX putaway_tasks_production ON wms.putaway_tasks (material_transaction_id)
    WHERE material_transaction_id IS NOT NULL;
CREATE INDEX putaway_tasks_rule ON wms.putaway_tasks (slotting_rule_id);
CREATE INDEX putaway_tasks_from_bin ON wms.putaway_tasks (from_bin_id);
CREATE INDEX putaway_tasks_to_bin ON wms.putaway_tasks (to_bin_id);
CREATE INDEX putaway_tasks_worker ON wms.putaway_tasks (assigned_to, started_at);
CREATE INDEX putaway_tasks_equipment ON wms.putaway_tasks (equipment_id, started_at);
CREATE INDEX putaway_tasks_not_done ON wms.putaway_tasks (warehouse_id, created_at)
    WHERE task_status <> 'completed';
COMMENT ON TABLE wms.putaway_tasks IS 'Putaway of one storage unit, from dock or line end into its bin, after incoming inspection where there is one. Item, lot and quantity are those of the storage unit.';
COMMENT ON COLUMN wms.putaway_tasks.putaway_task_id IS 'Key: warehouse, day of creation, sequence.';
COMMENT ON COLUMN wms.putaway_tasks.task_number IS 'Readable number of the same parts: PUT-W<warehouse>-<yyyymmdd>-<sequence>.';
COMMENT ON COLUMN wms.putaway_tasks.warehouse_id IS 'Warehouse. -> master.warehouses(warehouse_id)';
COMMENT ON COLUMN wms.putaway_tasks.handling_unit_id IS 'Storage unit put away.';
COMMENT ON COLUMN wms.putaway_tasks.receiving_task_id IS 'Receipt it came from; NULL for finished parts and returns.';
COMMENT ON COLUMN wms.putaway_tasks.material_transaction_id IS 'Receipt of finished parts from production; NULL for purchased goods and returns. -> mes.material_transactions(transaction_id)';
COMMENT ON COLUMN wms.putaway_tasks.return_order_line_id IS 'Line of a customer''s return put back into stock; NULL otherwise, filled in about 1 of 200. -> tms.return_order_lines(return_order_line_id)';
COMMENT ON COLUMN wms.putaway_tasks.slotting_rule_id IS 'Rule that chose the bin.';
COMMENT ON COLUMN wms.putaway_tasks.from_bin_id IS 'Bin where the unit was set down.';
COMMENT ON COLUMN wms.putaway_tasks.to_bin_id IS 'Bin chosen.';
COMMENT ON COLUMN wms.putaway_tasks.priority IS 'Urgency, from 1 (at once: a line or an order waits for it) to 9.';
COMMENT ON COLUMN wms.putaway_tasks.task_status IS 'open | in_progress | completed.';
COMMENT ON COLUMN wms.putaway_tasks.assigned_to IS 'Worker; known when started.';
COMMENT ON COLUMN wms.putaway_tasks.equipment_id IS 'Truck used; known when started.';
COMMENT ON COLUMN wms.putaway_tasks.created_at IS 'When the task was recorded: with the label of the unit, or on the decision of incoming inspection.';
COMMENT ON COLUMN wms.putaway_tasks.started_at IS 'When the unit was scanned; known when started.';
COMMENT ON COLUMN wms.putaway_tasks.completed_at IS 'When the bin was scanned; known when completed.';
COMMENT ON COLUMN wms.putaway_tasks.updated_at IS 'Last change of the row.';

CREATE TABLE wms.replenishment_tasks (
    replenishment_task_id bigint PRIMARY KEY,
    task_number text NOT NULL UNIQUE CHECK (task_number ~ '^RPL-W[0-9]+-[0-9]{8}-[0-9]{3,}$'),
    warehouse_id integer NOT NULL,
    replenishment_trigger text NOT NULL CHECK (replenishment_trigger IN ('minimum_stock', 'wave_demand')),
    from_bin_id integer NOT NULL REFERENCES wms.storage_bins (bin_id),
    to_bin_id integer NOT NULL REFERENCES wms.storage_bins (bin_id),
    handling_unit_id bigint REFERENCES wms.handling_units (handling_unit_id),
    lot_id bigint NOT NULL,
    material_id integer,
    product_id integer,
    quantity numeric(14, 3) NOT NULL CHECK (quantity > 0),
    unit_of_measure text NOT NULL CHECK (unit_of_measure IN ('kg', 'pcs')),
    priority smallint NOT NULL CHECK (priority BETWEEN 1 AND 9),
    task_status text NOT NULL CHECK (task_status IN ('open', 'in_progress', 'completed')),
    assigned_to integer REFERENCES wms.warehouse_workers (worker_id),
    equipment_id integer REFERENCES wms.warehouse_equipment (equipment_id),
    created_at timestamptz NOT NULL,
    started_at timestamptz,
    completed_at timestamptz,
    updated_at timestamptz NOT NULL,
    CHECK (num_nonnulls(material_id, product_id) = 1),
    CHECK (unit_of_measure = 'pcs' OR material_id IS NOT NULL),
    CHECK (unit_of_measure <> 'pcs' OR quantity = trunc(quantity)),
    CHECK (from_bin_id <> to_bin_id),
    CHECK (created_at <= started_at),
    CHECK (started_at < completed_at),
    CHECK (created_at <= updated_at),
    CHECK (greatest(started_at, completed_at) <= updated_at),
    CHECK ((task_status = 'open') = (started_at IS NULL)),
    CHECK (num_nulls(started_at, assigned_to, equipment_id) IN (0, 3)),
    CHECK ((task_status = 'completed') = (completed_at IS NOT NULL))
);
CREATE INDEX replenishment_tasks_from_bin ON wms.replenishment_tasks (from_bin_id);
CREATE INDEX replenishment_tasks_to_bin ON wms.replenishment_tasks (to_bin_id, created_at);
CREATE INDEX replenishment_tasks_handling_unit ON wms.replenishment_tasks (handling_unit_id)
    WHERE handling_unit_id IS NOT NULL;
CREATE INDEX replenishment_tasks_lot ON wms.replenishment_tasks (lot_id);
CREATE INDEX replenishment_tasks_worker ON wms.replenishment_tasks (assigned_to, started_at);
CREATE INDEX replenishment_tasks_equipment ON wms.replenishment_tasks (equipment_id, started_at);
CREATE INDEX replenishment_tasks_not_done ON wms.replenishment_tasks (warehouse_id, created_at)
    WHERE task_status <> 'completed';
COMMENT ON TABLE wms.replenishment_tasks IS 'Refill of a pick face from reserve.';
COMMENT ON COLUMN wms.replenishment_tasks.replenishment_task_id IS 'Key: warehouse, day of creation, sequence.';
COMMENT ON COLUMN wms.replenishment_tasks.task_number IS 'Readable number of the same parts: RPL-W<warehouse>-<yyyymmdd>-<sequence>.';
COMMENT ON COLUMN wms.replenishment_tasks.warehouse_id IS 'Warehouse. -> master.warehouses(warehouse_id)';
COMMENT ON COLUMN wms.replenishment_tasks.replenishment_trigger IS 'minimum_stock (below the replenishment point) | wave_demand (a released wave needs more than is there).';
COMMENT ON COLUMN wms.replenishment_tasks.from_bin_id IS 'Reserve bin.';
COMMENT ON COLUMN wms.replenishment_tasks.to_bin_id IS 'Pick face.';
COMMENT ON COLUMN wms.replenishment_tasks.handling_unit_id IS 'Storage unit from which it is taken; NULL where the stock is not on one unit.';
COMMENT ON COLUMN wms.replenishment_tasks.lot_id IS 'Lot moved. -> erp.inventory_lots(lot_id)';
COMMENT ON COLUMN wms.replenishment_tasks.material_id IS 'Material; NULL for finished parts. -> master.materials(material_id)';
COMMENT ON COLUMN wms.replenishment_tasks.product_id IS 'Finished part; NULL for materials. -> master.products(product_id)';
COMMENT ON COLUMN wms.replenishment_tasks.quantity IS 'Quantity moved, in the unit of measure.';
COMMENT ON COLUMN wms.replenishment_tasks.unit_of_measure IS 'kg | pcs.';
COMMENT ON COLUMN wms.replenishment_tasks.priority IS 'Urgency, from 1 (a picker waits) to 9.';
COMMENT ON COLUMN wms.replenishment_tasks.task_status IS 'open | in_progress | completed.';
COMMENT ON COLUMN wms.replenishment_tasks.assigned_to IS 'Worker; known when started.';
COMMENT ON COLUMN wms.replenishment_tasks.equipment_id IS 'Truck used; known when started.';
COMMENT ON COLUMN wms.replenishment_tasks.created_at IS 'When the task was recorded.';
COMMENT ON COLUMN wms.replenishment_tasks.started_at IS 'When the reserve bin was scanned; known when started.';
COMMENT ON COLUMN wms.replenishment_tasks.completed_at IS 'When the pick face was scanned; known when completed.';
COMMENT ON COLUMN wms.replenishment_tasks.updated_at IS 'Last change of the row.';

-- Outbound.

CREATE TABLE wms.pick_waves (
    wave_id bigint PRIMARY KEY,
    wave_number text NOT NULL UNIQUE CHECK (wave_number ~ '^WV-W[0-9]+-[0-9]{8}-[0-9]{2,}$'),
    warehouse_id integer NOT NULL,
    wave_type text NOT NULL CHECK (wave_type IN ('standard', 'express', 'full_truck')),
    planned_ship_date date NOT NULL,
    priority smallint NOT NULL CHECK (priority BETWEEN 1 AND 9),
    total_orders integer NOT NULL CHECK (total_orders > 0),
    total_lines integer NOT NULL,
    total_units integer NOT NULL,
    picked_lines integer NOT NULL CHECK (picked_lines BETWEEN 0 AND total_lines),
    picked_units integer NOT NULL CHECK (picked_units BETWEEN 0 AND total_units),
    wave_status text NOT NULL CHECK (wave_status IN ('planned', 'released', 'picking', 'completed')),
    created_at timestamptz NOT NULL,
    released_at timestamptz,
    released_by integer,
    picking_started_at timestamptz,
    completed_at timestamptz,
    updated_at timestamptz NOT NULL,
    CHECK (total_orders <= total_lines AND total_lines <= total_units),
    CHECK (created_at <= released_at),
    CHECK (released_at <= picking_started_at),
    CHECK (picking_started_at < completed_at),
    CHECK (created_at <= updated_at),
    CHECK (greatest(released_at, picking_started_at, completed_at) <= updated_at),
    CHECK ((wave_status = 'planned') = (released_at IS NULL)),
    CHECK ((released_at IS NULL) = (released_by IS NULL)),
    CHECK ((wave_status IN ('picking', 'completed')) = (picking_started_at IS NOT NULL)),
    CHECK ((wave_status = 'completed') = (completed_at IS NOT NULL)),
    CHECK (picking_started_at IS NOT NULL OR picked_units = 0)
);
CREATE INDEX pick_waves_warehouse ON wms.pick_waves (warehouse_id, planned_ship_date);
CREATE INDEX pick_waves_not_done ON wms.pick_waves (warehouse_id, created_at) WHERE wave_status <> 'completed';
COMMENT ON TABLE wms.pick_waves IS 'Wave: order lines of one warehouse picked together for one departure.';
COMMENT ON COLUMN wms.pick_waves.wave_id IS 'Key: warehouse, day of creation, sequence.';
COMMENT ON COLUMN wms.pick_waves.wave_number IS 'Readable number of the same parts: WV-W<warehouse>-<yyyymmdd>-<sequence>.';
COMMENT ON COLUMN wms.pick_waves.warehouse_id IS 'Warehouse. -> master.warehouses(warehouse_id)';
COMMENT ON COLUMN wms.pick_waves.wave_type IS 'standard (by departure of the carriers) | express (late or urgent orders) | full_truck (one load).';
COMMENT ON COLUMN wms.pick_waves.planned_ship_date IS 'Day on which its orders are to leave, local.';
COMMENT ON COLUMN wms.pick_waves.priority IS 'Urgency, from 1 to 9.';
COMMENT ON COLUMN wms.pick_waves.total_orders IS 'Sales orders in it.';
COMMENT ON COLUMN wms.pick_waves.total_lines IS 'Wave lines; their number.';
COMMENT ON COLUMN wms.pick_waves.total_units IS 'Sum of the allocated quantities of its lines [pcs].';
COMMENT ON COLUMN wms.pick_waves.picked_lines IS 'Lines finished so far.';
COMMENT ON COLUMN wms.pick_waves.picked_units IS 'Sum of the picked quantities of its lines so far [pcs].';
COMMENT ON COLUMN wms.pick_waves.wave_status IS 'planned | released (picks can start) | picking | completed.';
COMMENT ON COLUMN wms.pick_waves.created_at IS 'When the wave was planned.';
COMMENT ON COLUMN wms.pick_waves.released_at IS 'Release to the floor; known when released.';
COMMENT ON COLUMN wms.pick_waves.released_by IS 'Who released it; known when released. -> master.employees(employee_id)';
COMMENT ON COLUMN wms.pick_waves.picking_started_at IS 'First pick; known when it starts.';
COMMENT ON COLUMN wms.pick_waves.completed_at IS 'Last pick; known when it is done.';
COMMENT ON COLUMN wms.pick_waves.updated_at IS 'Last change of the row.';

CREATE TABLE wms.wave_lines (
    wave_line_id bigint PRIMARY KEY,
    wave_id bigint NOT NULL REFERENCES wms.pick_waves (wave_id),
    line_number smallint NOT NULL CHECK (line_number > 0),
    sales_order_id bigint NOT NULL,
    sales_order_line_id bigint NOT NULL,
    product_id integer NOT NULL,
    ordered_quantity integer NOT NULL CHECK (ordered_quantity > 0),
    allocated_quantity integer NOT NULL CHECK (allocated_quantity > 0),
    picked_quantity integer NOT NULL CHECK (picked_quantity >= 0),
    line_status text NOT NULL CHECK (line_status IN ('open', 'picking', 'picked', 'short')),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (wave_id, line_number),
    UNIQUE (wave_id, sales_order_line_id),
    CHECK (allocated_quantity <= ordered_quantity),
    CHECK (picked_quantity <= allocated_quantity),
    CHECK (line_status <> 'open' OR picked_quantity = 0),
    CHECK (line_status <> 'picked' OR picked_quantity = allocated_quantity),
    CHECK (line_status <> 'short' OR picked_quantity < allocated_quantity),
    CHECK (created_at <= updated_at)
);
CREATE INDEX wave_lines_sales_order ON wms.wave_lines (sales_order_id);
CREATE INDEX wave_lines_sales_order_line ON wms.wave_lines (sales_order_line_id);
CREATE INDEX wave_lines_product ON wms.wave_lines (product_id);
COMMENT ON TABLE wms.wave_lines IS 'Sales order line in a wave; what is not allocated in time waits for a later wave.';
COMMENT ON COLUMN wms.wave_lines.wave_line_id IS 'Key.';
COMMENT ON COLUMN wms.wave_lines.wave_id IS 'Wave.';
COMMENT ON COLUMN wms.wave_lines.line_number IS 'Number in the wave, from 1.';
COMMENT ON COLUMN wms.wave_lines.sales_order_id IS 'Sales order. -> erp.sales_orders(sales_order_id)';
COMMENT ON COLUMN wms.wave_lines.sales_order_line_id IS 'Sales order line. -> erp.sales_order_lines(sales_order_line_id)';
COMMENT ON COLUMN wms.wave_lines.product_id IS 'Finished part. -> master.products(product_id)';
COMMENT ON COLUMN wms.wave_lines.ordered_quantity IS 'Quantity of the order line still open when the wave was planned [pcs].';
COMMENT ON COLUMN wms.wave_lines.allocated_quantity IS 'Sum of the allocations of the line picked in this wave [pcs].';
COMMENT ON COLUMN wms.wave_lines.picked_quantity IS 'Sum of its picks so far [pcs].';
COMMENT ON COLUMN wms.wave_lines.line_status IS 'open | picking | picked (in full) | short (less was found than allocated, or an allocation was withdrawn).';
COMMENT ON COLUMN wms.wave_lines.created_at IS 'When the wave was planned.';
COMMENT ON COLUMN wms.wave_lines.updated_at IS 'Last change of the row.';

CREATE TABLE wms.shipping_tasks (
    shipping_task_id bigint PRIMARY KEY,
    task_number text NOT NULL UNIQUE CHECK (task_number ~ '^SHP-W[0-9]+-[0-9]{8}-[0-9]{2,}$'),
    warehouse_id integer NOT NULL,
    shipment_id bigint NOT NULL UNIQUE,
    sales_order_id bigint NOT NULL,
    dock_appointment_id bigint REFERENCES wms.dock_appointments (dock_appointment_id),
    staging_bin_id integer REFERENCES wms.storage_bins (bin_id),
    scheduled_ship_date date NOT NULL,
    number_of_packages smallint CHECK (number_of_packages > 0),
    total_weight_kg numeric(12, 2) CHECK (total_weight_kg > 0),
    total_volume_m3 numeric(10, 3) CHECK (total_volume_m3 > 0),
    task_status text NOT NULL CHECK (task_status IN ('open', 'staged', 'loading', 'loaded', 'shipped')),
    assigned_to integer REFERENCES wms.warehouse_workers (worker_id),
    equipment_id integer REFERENCES wms.warehouse_equipment (equipment_id),
    created_at timestamptz NOT NULL,
    staged_at timestamptz,
    loading_started_at timestamptz,
    loaded_at timestamptz,
    shipped_at timestamptz,
    updated_at timestamptz NOT NULL,
    CHECK (created_at < staged_at),
    CHECK (staged_at <= loading_started_at),
    CHECK (loading_started_at < loaded_at),
    CHECK (loaded_at <= shipped_at),
    CHECK (created_at <= updated_at),
    CHECK (greatest(staged_at, loading_started_at, loaded_at, shipped_at) <= updated_at),
    -- What is known when staged is known altogether.
    CHECK (num_nulls(staged_at, staging_bin_id, number_of_packages, total_weight_kg, total_volume_m3)
        = CASE task_status WHEN 'open' THEN 5 ELSE 0 END),
    CHECK (num_nulls(loading_started_at, assigned_to, equipment_id)
        = CASE WHEN task_status IN ('loading', 'loaded', 'shipped') THEN 0 ELSE 3 END),
    CHECK (loading_started_at IS NULL OR dock_appointment_id IS NOT NULL),
    CHECK ((task_status IN ('loaded', 'shipped')) = (loaded_at IS NOT NULL)),
    CHECK ((task_status = 'shipped') = (shipped_at IS NOT NULL))
);
CREATE INDEX shipping_tasks_sales_order ON wms.shipping_tasks (sales_order_id);
CREATE INDEX shipping_tasks_appointment ON wms.shipping_tasks (dock_appointment_id);
CREATE INDEX shipping_tasks_bin ON wms.shipping_tasks (staging_bin_id);
CREATE INDEX shipping_tasks_worker ON wms.shipping_tasks (assigned_to, loading_started_at);
CREATE INDEX shipping_tasks_equipment ON wms.shipping_tasks (equipment_id, loading_started_at);
CREATE INDEX shipping_tasks_warehouse ON wms.shipping_tasks (warehouse_id, scheduled_ship_date);
CREATE INDEX shipping_tasks_not_done ON wms.shipping_tasks (warehouse_id, created_at)
    WHERE task_status <> 'shipped';
COMMENT ON TABLE wms.shipping_tasks IS 'Staging and loading of one shipment.';
COMMENT ON COLUMN wms.shipping_tasks.shipping_task_id IS 'Key: warehouse, day of creation, sequence.';
COMMENT ON COLUMN wms.shipping_tasks.task_number IS 'Readable number of the same parts: SHP-W<warehouse>-<yyyymmdd>-<sequence>.';
COMMENT ON COLUMN wms.shipping_tasks.warehouse_id IS 'Warehouse. -> master.warehouses(warehouse_id)';
COMMENT ON COLUMN wms.shipping_tasks.shipment_id IS 'Shipment. -> tms.shipments(shipment_id)';
COMMENT ON COLUMN wms.shipping_tasks.sales_order_id IS 'Sales order. -> erp.sales_orders(sales_order_id)';
COMMENT ON COLUMN wms.shipping_tasks.dock_appointment_id IS 'Appointment of the truck that takes it; NULL until booked.';
COMMENT ON COLUMN wms.shipping_tasks.staging_bin_id IS 'Dock lane where its packages wait; known when staged.';
COMMENT ON COLUMN wms.shipping_tasks.scheduled_ship_date IS 'Day on which it is to leave, local.';
COMMENT ON COLUMN wms.shipping_tasks.number_of_packages IS 'Packages: its packing tasks; known when staged.';
COMMENT ON COLUMN wms.shipping_tasks.total_weight_kg IS 'Sum of the gross weights of its packages; known when staged.';
COMMENT ON COLUMN wms.shipping_tasks.total_volume_m3 IS 'Sum of the volumes of its packages; known when staged.';
COMMENT ON COLUMN wms.shipping_tasks.task_status IS 'open (being picked and packed) | staged (all packages at the dock) | loading | loaded | shipped (the truck has left).';
COMMENT ON COLUMN wms.shipping_tasks.assigned_to IS 'Worker who loads; known when loading starts.';
COMMENT ON COLUMN wms.shipping_tasks.equipment_id IS 'Truck used for loading; known when loading starts.';
COMMENT ON COLUMN wms.shipping_tasks.created_at IS 'When the task was recorded, on the order of transport planning.';
COMMENT ON COLUMN wms.shipping_tasks.staged_at IS 'When the last package was at the dock; known when staged.';
COMMENT ON COLUMN wms.shipping_tasks.loading_started_at IS 'Start of loading; known when it starts.';
COMMENT ON COLUMN wms.shipping_tasks.loaded_at IS 'End of loading; known when loaded.';
COMMENT ON COLUMN wms.shipping_tasks.shipped_at IS 'Departure of the truck; known when shipped. The goods issue is posted then.';
COMMENT ON COLUMN wms.shipping_tasks.updated_at IS 'Last change of the row.';

CREATE TABLE wms.packing_tasks (
    packing_task_id bigint PRIMARY KEY,
    task_number text NOT NULL UNIQUE CHECK (task_number ~ '^PAC-W[0-9]+-[0-9]{8}-[0-9]{3,}$'),
    warehouse_id integer NOT NULL,
    shipping_task_id bigint NOT NULL REFERENCES wms.shipping_tasks (shipping_task_id),
    packing_bin_id integer NOT NULL REFERENCES wms.storage_bins (bin_id),
    package_type text NOT NULL CHECK (package_type IN ('carton', 'container', 'pallet')),
    handling_unit_id bigint UNIQUE REFERENCES wms.handling_units (handling_unit_id),
    packed_quantity integer CHECK (packed_quantity > 0),
    task_status text NOT NULL CHECK (task_status IN ('open', 'in_progress', 'completed')),
    assigned_to integer REFERENCES wms.warehouse_workers (worker_id),
    created_at timestamptz NOT NULL,
    started_at timestamptz,
    completed_at timestamptz,
    updated_at timestamptz NOT NULL,
    CHECK (created_at <= started_at),
    CHECK (started_at < completed_at),
    CHECK (created_at <= updated_at),
    CHECK (greatest(started_at, completed_at) <= updated_at),
    CHECK ((task_status = 'open') = (started_at IS NULL)),
    CHECK ((started_at IS NULL) = (assigned_to IS NULL)),
    CHECK (num_nulls(completed_at, handling_unit_id, packed_quantity)
        = CASE task_status WHEN 'completed' THEN 0 ELSE 3 END)
);
CREATE INDEX packing_tasks_shipping_task ON wms.packing_tasks (shipping_task_id);
CREATE INDEX packing_tasks_bin ON wms.packing_tasks (packing_bin_id);
CREATE INDEX packing_tasks_worker ON wms.packing_tasks (assigned_to, started_at);
CREATE INDEX packing_tasks_not_done ON wms.packing_tasks (warehouse_id, created_at)
    WHERE task_status <> 'completed';
COMMENT ON TABLE wms.packing_tasks IS 'Packing of one shipping unit from the picks of a shipment; the picks name the packing task.';
COMMENT ON COLUMN wms.packing_tasks.packing_task_id IS 'Key: warehouse, day of creation, sequence.';
COMMENT ON COLUMN wms.packing_tasks.task_number IS 'Readable number of the same parts: PAC-W<warehouse>-<yyyymmdd>-<sequence>.';
COMMENT ON COLUMN wms.packing_tasks.warehouse_id IS 'Warehouse. -> master.warehouses(warehouse_id)';
COMMENT ON COLUMN wms.packing_tasks.shipping_task_id IS 'Shipping task it belongs to.';
COMMENT ON COLUMN wms.packing_tasks.packing_bin_id IS 'Packing station.';
COMMENT ON COLUMN wms.packing_tasks.package_type IS 'Packaging chosen: carton | container (returnable box) | pallet.';
COMMENT ON COLUMN wms.packing_tasks.handling_unit_id IS 'Shipping unit made up; known when completed.';
COMMENT ON COLUMN wms.packing_tasks.packed_quantity IS 'Sum of the picks packed into it [pcs]; known when completed.';
COMMENT ON COLUMN wms.packing_tasks.task_status IS 'open | in_progress | completed.';
COMMENT ON COLUMN wms.packing_tasks.assigned_to IS 'Worker; known when started.';
COMMENT ON COLUMN wms.packing_tasks.created_at IS 'When its first pick reached the station and the task was recorded.';
COMMENT ON COLUMN wms.packing_tasks.started_at IS 'Start; known when started.';
COMMENT ON COLUMN wms.packing_tasks.completed_at IS 'When the label was printed; known when completed.';
COMMENT ON COLUMN wms.packing_tasks.updated_at IS 'Last change of the row.';

CREATE TABLE wms.picking_tasks (
    picking_task_id bigint PRIMARY KEY,
    task_number text NOT NULL UNIQUE CHECK (task_number ~ '^PIC-W[0-9]+-[0-9]{8}-[0-9]{4,}$'),
    task_type text NOT NULL CHECK (task_type IN ('sales', 'production')),
    warehouse_id integer NOT NULL,
    allocation_id bigint NOT NULL UNIQUE,
    wave_line_id bigint REFERENCES wms.wave_lines (wave_line_id),
    line_id integer,
    pick_from_bin_id integer NOT NULL REFERENCES wms.storage_bins (bin_id),
    stage_to_bin_id integer REFERENCES wms.storage_bins (bin_id),
    lot_id bigint NOT NULL,
    material_id integer,
    product_id integer,
    quantity_to_pick numeric(14, 3) NOT NULL CHECK (quantity_to_pick > 0),
    quantity_picked numeric(14, 3) CHECK (quantity_picked >= 0),
    unit_of_measure text NOT NULL CHECK (unit_of_measure IN ('kg', 'pcs')),
    pick_sequence smallint NOT NULL CHECK (pick_sequence > 0),
    task_status text NOT NULL CHECK (task_status IN ('open', 'in_progress', 'completed', 'cancelled')),
    assigned_to integer REFERENCES wms.warehouse_workers (worker_id),
    equipment_id integer REFERENCES wms.warehouse_equipment (equipment_id),
    packing_task_id bigint REFERENCES wms.packing_tasks (packing_task_id),
    created_at timestamptz NOT NULL,
    started_at timestamptz,
    completed_at timestamptz,
    cancelled_at timestamptz,
    updated_at timestamptz NOT NULL,
    CHECK ((task_type = 'sales') = (wave_line_id IS NOT NULL)),
    CHECK ((task_type = 'sales') = (stage_to_bin_id IS NOT NULL)),
    CHECK ((task_type = 'sales') = (product_id IS NOT NULL)),
    CHECK ((task_type = 'production') = (material_id IS NOT NULL)),
    CHECK ((task_type = 'production') = (line_id IS NOT NULL)),
    CHECK (unit_of_measure = 'pcs' OR task_type = 'production'),
    CHECK (unit_of_measure <> 'pcs' OR quantity_to_pick = trunc(quantity_to_pick)),
    CHECK (unit_of_measure <> 'pcs' OR quantity_picked = trunc(quantity_picked)),
    CHECK (quantity_picked <= quantity_to_pick),
    CHECK (pick_from_bin_id <> stage_to_bin_id),
    CHECK (created_at <= started_at),
    CHECK (started_at < completed_at),
    CHECK (created_at <= cancelled_at),
    CHECK (created_at <= updated_at),
    CHECK (greatest(started_at, completed_at, cancelled_at) <= updated_at),
    CHECK ((task_status IN ('in_progress', 'completed')) = (started_at IS NOT NULL)),
    CHECK ((started_at IS NULL) = (assigned_to IS NULL)),
    CHECK (equipment_id IS NULL OR started_at IS NOT NULL),
    CHECK ((task_status = 'completed') = (completed_at IS NOT NULL)),
    CHECK ((completed_at IS NULL) = (quantity_picked IS NULL)),
    CHECK ((task_status = 'cancelled') = (cancelled_at IS NOT NULL)),
    CHECK (packing_task_id IS NULL OR (task_type = 'sales' AND quantity_picked > 0))
);
CREATE INDEX picking_tasks_wave_line ON wms.picking_tasks (wave_line_id) WHERE wave_line_id IS NOT NULL;
CREATE INDEX picking_tasks_packing_task ON wms.picking_tasks (packing_task_id) WHERE packing_task_id IS NOT NULL;
CREATE INDEX picking_tasks_from_bin ON wms.picking_tasks (pick_from_bin_id);
CREATE INDEX picking_tasks_to_bin ON wms.picking_tasks (stage_to_bin_id) WHERE stage_to_bin_id IS NOT NULL;
CREATE INDEX picking_tasks_lot ON wms.picking_tasks (lot_id);
CREATE INDEX picking_tasks_worker ON wms.picking_tasks (assigned_to, started_at);
CREATE INDEX picking_tasks_equipment ON wms.picking_tasks (equipment_id, started_at) WHERE equipment_id IS NOT NULL;
CREATE INDEX picking_tasks_not_done ON wms.picking_tasks (warehouse_id, created_at)
    WHERE task_status IN ('open', 'in_progress');
COMMENT ON TABLE wms.picking_tasks IS 'Pick of one allocation: a quantity of one lot from one bin, for a customer''s order or for a production line.';
COMMENT ON COLUMN wms.picking_tasks.picking_task_id IS 'Key: warehouse, day of creation, sequence.';
COMMENT ON COLUMN wms.picking_tasks.task_number IS 'Readable number of the same parts: PIC-W<warehouse>-<yyyymmdd>-<sequence>.';
COMMENT ON COLUMN wms.picking_tasks.task_type IS 'sales (by wave, to the packing stations) | production (component to a line).';
COMMENT ON COLUMN wms.picking_tasks.warehouse_id IS 'Warehouse. -> master.warehouses(warehouse_id)';
COMMENT ON COLUMN wms.picking_tasks.allocation_id IS 'Allocation picked; one pick an allocation. -> financial.inventory_allocations(allocation_id)';
COMMENT ON COLUMN wms.picking_tasks.wave_line_id IS 'Wave line; NULL for production.';
COMMENT ON COLUMN wms.picking_tasks.line_id IS 'Production line supplied; NULL for sales. -> master.production_lines(line_id)';
COMMENT ON COLUMN wms.picking_tasks.pick_from_bin_id IS 'Bin.';
COMMENT ON COLUMN wms.picking_tasks.stage_to_bin_id IS 'Packing station it is brought to; NULL for production, which takes it out of the warehouse.';
COMMENT ON COLUMN wms.picking_tasks.lot_id IS 'Lot. -> erp.inventory_lots(lot_id)';
COMMENT ON COLUMN wms.picking_tasks.material_id IS 'Component; NULL for sales. -> master.materials(material_id)';
COMMENT ON COLUMN wms.picking_tasks.product_id IS 'Finished part; NULL for production. -> master.products(product_id)';
COMMENT ON COLUMN wms.picking_tasks.quantity_to_pick IS 'Quantity allocated, in the unit of measure.';
COMMENT ON COLUMN wms.picking_tasks.quantity_picked IS 'Quantity taken, in the unit of measure; less than allocated if the bin held less; known when completed.';
COMMENT ON COLUMN wms.picking_tasks.unit_of_measure IS 'kg | pcs.';
COMMENT ON COLUMN wms.picking_tasks.pick_sequence IS 'Position on the pick list, in the order of the walk.';
COMMENT ON COLUMN wms.picking_tasks.task_status IS 'open | in_progress | completed | cancelled (the allocation was withdrawn before the pick began; about 1 in 100).';
COMMENT ON COLUMN wms.picking_tasks.assigned_to IS 'Worker; known when started.';
COMMENT ON COLUMN wms.picking_tasks.equipment_id IS 'Truck used; NULL on foot and before the start.';
COMMENT ON COLUMN wms.picking_tasks.packing_task_id IS 'Packing task that took it; known when its packing starts, NULL for production.';
COMMENT ON COLUMN wms.picking_tasks.created_at IS 'When the task was recorded, after its allocation.';
COMMENT ON COLUMN wms.picking_tasks.started_at IS 'When the bin was scanned; known when started.';
COMMENT ON COLUMN wms.picking_tasks.completed_at IS 'When the quantity was confirmed; known when completed.';
COMMENT ON COLUMN wms.picking_tasks.cancelled_at IS 'When it was cancelled; NULL otherwise.';
COMMENT ON COLUMN wms.picking_tasks.updated_at IS 'Last change of the row.';

-- Stock control.

CREATE TABLE wms.cycle_count_tasks (
    cycle_count_task_id bigint PRIMARY KEY,
    task_number text NOT NULL UNIQUE CHECK (task_number ~ '^CC-W[0-9]+-[0-9]{8}-[0-9]{2,}$'),
    warehouse_id integer NOT NULL,
    count_type text NOT NULL CHECK (count_type IN ('abc', 'random', 'short_pick', 'reconciliation')),
    bin_id integer NOT NULL REFERENCES wms.storage_bins (bin_id),
    lot_id bigint NOT NULL,
    material_id integer,
    product_id integer,
    scheduled_date date NOT NULL,
    expected_quantity numeric(14, 3) CHECK (expected_quantity >= 0),
    counted_quantity numeric(14, 3) CHECK (counted_quantity >= 0),
    recount_quantity numeric(14, 3) CHECK (recount_quantity >= 0),
    variance_quantity numeric(14, 3),
    unit_of_measure text NOT NULL CHECK (unit_of_measure IN ('kg', 'pcs')),
    task_status text NOT NULL CHECK (task_status IN
        ('open', 'in_progress', 'recount', 'pending_approval', 'completed')),
    assigned_to integer REFERENCES wms.warehouse_workers (worker_id),
    recounted_by integer REFERENCES wms.warehouse_workers (worker_id),
    approved_by integer,
    created_at timestamptz NOT NULL,
    started_at timestamptz,
    counted_at timestamptz,
    recounted_at timestamptz,
    completed_at timestamptz,
    updated_at timestamptz NOT NULL,
    CHECK (num_nonnulls(material_id, product_id) = 1),
    CHECK (unit_of_measure = 'pcs' OR material_id IS NOT NULL),
    CHECK (unit_of_measure <> 'pcs' OR counted_quantity = trunc(counted_quantity)),
    CHECK (unit_of_measure <> 'pcs' OR recount_quantity = trunc(recount_quantity)),
    CHECK (variance_quantity = coalesce(recount_quantity, counted_quantity) - expected_quantity),
    CHECK (recounted_by <> assigned_to),
    CHECK (created_at <= started_at),
    CHECK (started_at < counted_at),
    CHECK (counted_at <= recounted_at),
    CHECK (counted_at <= completed_at),
    CHECK (recounted_at <= completed_at),
    CHECK (created_at <= updated_at),
    CHECK (greatest(started_at, counted_at, recounted_at, completed_at) <= updated_at),
    CHECK (num_nulls(started_at, assigned_to, expected_quantity)
        = CASE task_status WHEN 'open' THEN 3 ELSE 0 END),
    CHECK ((task_status IN ('open', 'in_progress')) = (counted_at IS NULL)),
    CHECK ((counted_at IS NULL) = (counted_quantity IS NULL)),
    CHECK (num_nulls(recounted_at, recounted_by, recount_quantity) IN (0, 3)),
    CHECK (task_status <> 'recount' OR recounted_at IS NULL),
    CHECK (recounted_at IS NULL OR counted_quantity <> expected_quantity),
    CHECK ((task_status = 'completed') = (completed_at IS NOT NULL)),
    CHECK ((task_status IN ('pending_approval', 'completed')) = (variance_quantity IS NOT NULL)),
    CHECK (task_status <> 'pending_approval' OR variance_quantity <> 0),
    CHECK ((approved_by IS NOT NULL) = (task_status = 'completed' AND variance_quantity <> 0))
);
CREATE INDEX cycle_count_tasks_bin ON wms.cycle_count_tasks (bin_id, scheduled_date);
CREATE INDEX cycle_count_tasks_worker ON wms.cycle_count_tasks (assigned_to, started_at);
CREATE INDEX cycle_count_tasks_recounter ON wms.cycle_count_tasks (recounted_by) WHERE recounted_by IS NOT NULL;
CREATE INDEX cycle_count_tasks_lot ON wms.cycle_count_tasks (lot_id);
CREATE INDEX cycle_count_tasks_warehouse ON wms.cycle_count_tasks (warehouse_id, scheduled_date);
CREATE INDEX cycle_count_tasks_variance ON wms.cycle_count_tasks (completed_at) WHERE variance_quantity <> 0;
COMMENT ON TABLE wms.cycle_count_tasks IS 'Count of one lot in one bin. A difference is counted again by somebody else where it is large, approved, and then posted as an adjustment.';
COMMENT ON COLUMN wms.cycle_count_tasks.cycle_count_task_id IS 'Key: warehouse, day of the schedule, sequence.';
COMMENT ON COLUMN wms.cycle_count_tasks.task_number IS 'Readable number of the same parts: CC-W<warehouse>-<yyyymmdd>-<sequence>.';
COMMENT ON COLUMN wms.cycle_count_tasks.warehouse_id IS 'Warehouse. -> master.warehouses(warehouse_id)';
COMMENT ON COLUMN wms.cycle_count_tasks.count_type IS 'Why it is counted: abc (by the cycle of its class) | random | short_pick (a picker found less) | reconciliation (books and warehouse differ).';
COMMENT ON COLUMN wms.cycle_count_tasks.bin_id IS 'Bin.';
COMMENT ON COLUMN wms.cycle_count_tasks.lot_id IS 'Lot. -> erp.inventory_lots(lot_id)';
COMMENT ON COLUMN wms.cycle_count_tasks.material_id IS 'Material; NULL for finished parts. -> master.materials(material_id)';
COMMENT ON COLUMN wms.cycle_count_tasks.product_id IS 'Finished part; NULL for materials. -> master.products(product_id)';
COMMENT ON COLUMN wms.cycle_count_tasks.scheduled_date IS 'Day for which the count is planned, local.';
COMMENT ON COLUMN wms.cycle_count_tasks.expected_quantity IS 'Stock on record when the count began, in the unit of measure; known when started, not shown to the counter.';
COMMENT ON COLUMN wms.cycle_count_tasks.counted_quantity IS 'First count, in the unit of measure; known when counted.';
COMMENT ON COLUMN wms.cycle_count_tasks.recount_quantity IS 'Second count, in the unit of measure; NULL unless counted again, about 1 in 15.';
COMMENT ON COLUMN wms.cycle_count_tasks.variance_quantity IS 'Last count minus expected quantity, in the unit of measure; known when no further count is needed.';
COMMENT ON COLUMN wms.cycle_count_tasks.unit_of_measure IS 'kg | pcs.';
COMMENT ON COLUMN wms.cycle_count_tasks.task_status IS 'open | in_progress | recount (waits for the second count) | pending_approval (there is a difference) | completed.';
COMMENT ON COLUMN wms.cycle_count_tasks.assigned_to IS 'Worker who counts; known when started.';
COMMENT ON COLUMN wms.cycle_count_tasks.recounted_by IS 'Worker who counted again; NULL unless counted again.';
COMMENT ON COLUMN wms.cycle_count_tasks.approved_by IS 'Who approved the difference; NULL before that and where there is none. -> master.employees(employee_id)';
COMMENT ON COLUMN wms.cycle_count_tasks.created_at IS 'When the task was recorded.';
COMMENT ON COLUMN wms.cycle_count_tasks.started_at IS 'Start of the count; known when started.';
COMMENT ON COLUMN wms.cycle_count_tasks.counted_at IS 'End of the first count; known when counted.';
COMMENT ON COLUMN wms.cycle_count_tasks.recounted_at IS 'End of the second count; NULL unless counted again.';
COMMENT ON COLUMN wms.cycle_count_tasks.completed_at IS 'When it was confirmed or its difference approved; known when completed.';
COMMENT ON COLUMN wms.cycle_count_tasks.updated_at IS 'Last change of the row.';

CREATE TABLE wms.warehouse_movements (
    movement_id bigint PRIMARY KEY,
    movement_type text NOT NULL CHECK (movement_type IN
        ('opening_stock', 'receipt', 'production_receipt', 'production_return', 'rework_receipt',
         'customer_return', 'putaway', 'replenishment', 'pick', 'staging', 'loading', 'quality_transfer',
         'vendor_return', 'scrap', 'count_adjustment')),
    warehouse_id integer NOT NULL,
    from_bin_id integer REFERENCES wms.storage_bins (bin_id),
    to_bin_id integer REFERENCES wms.storage_bins (bin_id),
    lot_id bigint NOT NULL,
    material_id integer,
    product_id integer,
    handling_unit_id bigint REFERENCES wms.handling_units (handling_unit_id),
    quantity numeric(14, 3) NOT NULL CHECK (quantity > 0),
    unit_of_measure text NOT NULL CHECK (unit_of_measure IN ('kg', 'pcs')),
    receiving_task_id bigint REFERENCES wms.receiving_tasks (receiving_task_id),
    putaway_task_id bigint REFERENCES wms.putaway_tasks (putaway_task_id),
    replenishment_task_id bigint REFERENCES wms.replenishment_tasks (replenishment_task_id),
    picking_task_id bigint REFERENCES wms.picking_tasks (picking_task_id),
    packing_task_id bigint REFERENCES wms.packing_tasks (packing_task_id),
    shipping_task_id bigint REFERENCES wms.shipping_tasks (shipping_task_id),
    cycle_count_task_id bigint REFERENCES wms.cycle_count_tasks (cycle_count_task_id),
    material_transaction_id bigint,
    work_order_id bigint,
    return_order_line_id bigint,
    quality_hold_id bigint,
    performed_by integer NOT NULL REFERENCES wms.warehouse_workers (worker_id),
    equipment_id integer REFERENCES wms.warehouse_equipment (equipment_id),
    movement_timestamp timestamptz NOT NULL,
    CHECK (num_nonnulls(material_id, product_id) = 1),
    CHECK (unit_of_measure = 'pcs' OR material_id IS NOT NULL),
    CHECK (unit_of_measure <> 'pcs' OR quantity = trunc(quantity)),
    CHECK (from_bin_id <> to_bin_id),
    -- Into the warehouse, out of it, or within it.
    CHECK (CASE
        WHEN movement_type IN ('opening_stock', 'receipt', 'production_receipt', 'production_return',
            'rework_receipt', 'customer_return') THEN from_bin_id IS NULL AND to_bin_id IS NOT NULL
        WHEN movement_type IN ('loading', 'vendor_return', 'scrap') THEN from_bin_id IS NOT NULL AND to_bin_id IS NULL
        WHEN movement_type = 'pick' THEN from_bin_id IS NOT NULL
        WHEN movement_type = 'count_adjustment' THEN num_nonnulls(from_bin_id, to_bin_id) = 1
        ELSE from_bin_id IS NOT NULL AND to_bin_id IS NOT NULL
    END),
    -- Each movement but the opening names the one task or document that ordered it.
    CHECK (num_nonnulls(receiving_task_id, putaway_task_id, replenishment_task_id, picking_task_id,
        packing_task_id, shipping_task_id, cycle_count_task_id, material_transaction_id, work_order_id,
        return_order_line_id, quality_hold_id) = CASE movement_type WHEN 'opening_stock' THEN 0 ELSE 1 END),
    CHECK (CASE movement_type
        WHEN 'opening_stock' THEN true
        WHEN 'receipt' THEN receiving_task_id IS NOT NULL
        WHEN 'production_receipt' THEN material_transaction_id IS NOT NULL
        WHEN 'production_return' THEN material_transaction_id IS NOT NULL
        WHEN 'rework_receipt' THEN work_order_id IS NOT NULL
        WHEN 'customer_return' THEN return_order_line_id IS NOT NULL
        WHEN 'scrap' THEN return_order_line_id IS NOT NULL OR quality_hold_id IS NOT NULL
        WHEN 'putaway' THEN putaway_task_id IS NOT NULL
        WHEN 'replenishment' THEN replenishment_task_id IS NOT NULL
        WHEN 'pick' THEN picking_task_id IS NOT NULL
        WHEN 'staging' THEN packing_task_id IS NOT NULL
        WHEN 'loading' THEN shipping_task_id IS NOT NULL
        WHEN 'count_adjustment' THEN cycle_count_task_id IS NOT NULL
        ELSE quality_hold_id IS NOT NULL
    END),
    CHECK (movement_type NOT IN ('receipt', 'production_return', 'vendor_return') OR material_id IS NOT NULL),
    CHECK (movement_type NOT IN ('production_receipt', 'rework_receipt', 'customer_return', 'staging', 'loading')
        OR product_id IS NOT NULL),
    CHECK (movement_type NOT IN ('putaway', 'staging', 'loading') OR handling_unit_id IS NOT NULL)
);
CREATE INDEX warehouse_movements_from_bin ON wms.warehouse_movements (from_bin_id, lot_id)
    WHERE from_bin_id IS NOT NULL;
CREATE INDEX warehouse_movements_to_bin ON wms.warehouse_movements (to_bin_id, lot_id)
    WHERE to_bin_id IS NOT NULL;
CREATE INDEX warehouse_movements_lot ON wms.warehouse_movements (lot_id);
CREATE INDEX warehouse_movements_handling_unit ON wms.warehouse_movements (handling_unit_id)
    WHERE handling_unit_id IS NOT NULL;
CREATE INDEX warehouse_movements_receiving ON wms.warehouse_movements (receiving_task_id)
    WHERE receiving_task_id IS NOT NULL;
CREATE INDEX warehouse_movements_putaway ON wms.warehouse_movements (putaway_task_id)
    WHERE putaway_task_id IS NOT NULL;
CREATE INDEX warehouse_movements_replenishment ON wms.warehouse_movements (replenishment_task_id)
    WHERE replenishment_task_id IS NOT NULL;
CREATE INDEX warehouse_movements_picking ON wms.warehouse_movements (picking_task_id)
    WHERE picking_task_id IS NOT NULL;
CREATE INDEX warehouse_movements_packing ON wms.warehouse_movements (packing_task_id)
    WHERE packing_task_id IS NOT NULL;
CREATE INDEX warehouse_movements_shipping ON wms.warehouse_movements (shipping_task_id)
    WHERE shipping_task_id IS NOT NULL;
CREATE INDEX warehouse_movements_count ON wms.warehouse_movements (cycle_count_task_id)
    WHERE cycle_count_task_id IS NOT NULL;
CREATE INDEX warehouse_movements_worker ON wms.warehouse_movements (performed_by, movement_timestamp);
CREATE INDEX warehouse_movements_equipment ON wms.warehouse_movements (equipment_id)
    WHERE equipment_id IS NOT NULL;
CREATE INDEX warehouse_movements_time ON wms.warehouse_movements (warehouse_id, movement_timestamp);
COMMENT ON TABLE wms.warehouse_movements IS 'Physical movement of one lot into a bin, out of one, or from one to another; recorded when done. The movements of a lot and bin add up to its stock.';
COMMENT ON COLUMN wms.warehouse_movements.movement_id IS 'Key: warehouse, day, sequence.';
COMMENT ON COLUMN wms.warehouse_movements.movement_type IS 'In: opening_stock (found when history begins) | receipt | production_receipt | production_return (components from a line) | rework_receipt (parts good after rework) | customer_return. Within: putaway | replenishment | pick | staging (packed unit to its dock lane) | quality_transfer (to or from hold). Out: pick for production | loading | vendor_return | scrap. Either way: count_adjustment.';
COMMENT ON COLUMN wms.warehouse_movements.warehouse_id IS 'Warehouse. -> master.warehouses(warehouse_id)';
COMMENT ON COLUMN wms.warehouse_movements.from_bin_id IS 'Bin it left; NULL for what comes into the warehouse.';
COMMENT ON COLUMN wms.warehouse_movements.to_bin_id IS 'Bin it came to; NULL for what leaves the warehouse, and for picks brought to a line.';
COMMENT ON COLUMN wms.warehouse_movements.lot_id IS 'Lot. -> erp.inventory_lots(lot_id)';
COMMENT ON COLUMN wms.warehouse_movements.material_id IS 'Material; NULL for finished parts. -> master.materials(material_id)';
COMMENT ON COLUMN wms.warehouse_movements.product_id IS 'Finished part; NULL for materials. -> master.products(product_id)';
COMMENT ON COLUMN wms.warehouse_movements.handling_unit_id IS 'Unit moved, or from which it was taken; NULL for loose stock.';
COMMENT ON COLUMN wms.warehouse_movements.quantity IS 'Quantity in the unit of measure; the sign is in the bins.';
COMMENT ON COLUMN wms.warehouse_movements.unit_of_measure IS 'kg | pcs.';
COMMENT ON COLUMN wms.warehouse_movements.receiving_task_id IS 'Receiving task; receipts only.';
COMMENT ON COLUMN wms.warehouse_movements.putaway_task_id IS 'Putaway task; putaway only.';
COMMENT ON COLUMN wms.warehouse_movements.replenishment_task_id IS 'Replenishment task; replenishment only.';
COMMENT ON COLUMN wms.warehouse_movements.picking_task_id IS 'Picking task; picks only.';
COMMENT ON COLUMN wms.warehouse_movements.packing_task_id IS 'Packing task; staging only.';
COMMENT ON COLUMN wms.warehouse_movements.shipping_task_id IS 'Shipping task; loading only.';
COMMENT ON COLUMN wms.warehouse_movements.cycle_count_task_id IS 'Count whose difference is posted; count adjustments only, about 1 in 600.';
COMMENT ON COLUMN wms.warehouse_movements.material_transaction_id IS 'Movement of the production order; production receipts and returns only. -> mes.material_transactions(transaction_id)';
COMMENT ON COLUMN wms.warehouse_movements.work_order_id IS 'Production order of the parts; receipts from rework only. -> mes.work_orders(work_order_id)';
COMMENT ON COLUMN wms.warehouse_movements.return_order_line_id IS 'Line of a customer''s return; customer returns, and scrap of what they bring, only, about 1 in 1000. -> tms.return_order_lines(return_order_line_id)';
COMMENT ON COLUMN wms.warehouse_movements.quality_hold_id IS 'Hold that ordered it; quality transfers, vendor returns and scrap only, about 1 in 250. -> qms.quality_holds(quality_hold_id)';
COMMENT ON COLUMN wms.warehouse_movements.performed_by IS 'Worker.';
COMMENT ON COLUMN wms.warehouse_movements.equipment_id IS 'Truck used; NULL on foot.';
COMMENT ON COLUMN wms.warehouse_movements.movement_timestamp IS 'When it was confirmed with the scanner, and recorded.';

-- Messages to transport.

CREATE TABLE wms.wms_tms_sync_log (
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
    shipping_task_id bigint REFERENCES wms.shipping_tasks (shipping_task_id),
    shipment_id bigint,
    task_status text,
    number_of_packages smallint CHECK (number_of_packages > 0),
    total_weight_kg numeric(12, 2) CHECK (total_weight_kg > 0),
    return_order_line_id bigint,
    quantity_received integer CHECK (quantity_received > 0),
    payload_hash bigint NOT NULL,
    sync_status text NOT NULL CHECK (sync_status IN ('pending', 'sent', 'acknowledged', 'failed')),
    attempt_count smallint NOT NULL CHECK (attempt_count >= 0),
    error_message text,
    created_at timestamptz NOT NULL,
    last_attempt_at timestamptz,
    acknowledged_at timestamptz,
    updated_at timestamptz NOT NULL,
    UNIQUE (source_table, source_pk, version),
    CHECK (low_watermark < high_watermark),
    CHECK (num_nonnulls(shipping_task_id, shipment_id, task_status)
        = CASE document_type WHEN 'shipping_task' THEN 3 ELSE 0 END),
    CHECK (num_nonnulls(return_order_line_id, quantity_received)
        = CASE document_type WHEN 'return_receipt' THEN 2 ELSE 0 END),
    CHECK (num_nonnulls(number_of_packages, total_weight_kg) IN (0, 2)),
    CHECK (document_type = 'shipping_task' OR number_of_packages IS NULL),
    CHECK (source_time <= created_at),
    CHECK (created_at <= last_attempt_at),
    CHECK (last_attempt_at <= acknowledged_at),
    CHECK (created_at <= updated_at),
    CHECK (greatest(last_attempt_at, acknowledged_at) <= updated_at),
    CHECK ((attempt_count = 0) = (last_attempt_at IS NULL)),
    CHECK ((sync_status = 'pending') = (attempt_count = 0)),
    CHECK ((sync_status = 'acknowledged') = (acknowledged_at IS NOT NULL)),
    CHECK (sync_status <> 'failed' OR error_message IS NOT NULL)
);
CREATE INDEX wms_tms_sync_log_shipping_task ON wms.wms_tms_sync_log (shipping_task_id)
    WHERE shipping_task_id IS NOT NULL;
CREATE INDEX wms_tms_sync_log_batch ON wms.wms_tms_sync_log (batch_id);
CREATE INDEX wms_tms_sync_log_not_done ON wms.wms_tms_sync_log (created_at) WHERE sync_status <> 'acknowledged';
COMMENT ON TABLE wms.wms_tms_sync_log IS 'Outbox of messages to transport, one row a version of its source row; delivered at least once, applied once. Transport keeps the same sync_id in its inbox. Written by flow: warehouse to transport.';
COMMENT ON COLUMN wms.wms_tms_sync_log.sync_id IS 'Key; the same in the receiver''s inbox.';
COMMENT ON COLUMN wms.wms_tms_sync_log.document_type IS 'shipping_task (a change of its status) | return_receipt (returned goods arrived). The payload columns, from shipping task to quantity received, are those of their document; NULL in the other.';
COMMENT ON COLUMN wms.wms_tms_sync_log.idempotency_key IS 'Hash of flow, source row and version; a second delivery finds it taken.';
COMMENT ON COLUMN wms.wms_tms_sync_log.source_table IS 'Table of the source row, schema.table.';
COMMENT ON COLUMN wms.wms_tms_sync_log.source_pk IS 'Key of the source row.';
COMMENT ON COLUMN wms.wms_tms_sync_log.version IS 'Version of the source row, from 1; the highest one wins.';
COMMENT ON COLUMN wms.wms_tms_sync_log.batch_id IS 'Batch that sent the message.';
COMMENT ON COLUMN wms.wms_tms_sync_log.low_watermark IS 'Commit sequence of the source after which the batch begins; equals the high watermark of the batch before it.';
COMMENT ON COLUMN wms.wms_tms_sync_log.high_watermark IS 'Commit sequence of the source with which the batch ends.';
COMMENT ON COLUMN wms.wms_tms_sync_log.source_time IS 'Time of the change in the source row.';
COMMENT ON COLUMN wms.wms_tms_sync_log.shipping_task_id IS 'Payload: shipping task.';
COMMENT ON COLUMN wms.wms_tms_sync_log.shipment_id IS 'Payload: shipment. -> tms.shipments(shipment_id)';
COMMENT ON COLUMN wms.wms_tms_sync_log.task_status IS 'Payload: status of the shipping task.';
COMMENT ON COLUMN wms.wms_tms_sync_log.number_of_packages IS 'Payload: packages; NULL before the shipment is staged.';
COMMENT ON COLUMN wms.wms_tms_sync_log.total_weight_kg IS 'Payload: gross weight; NULL before the shipment is staged.';
COMMENT ON COLUMN wms.wms_tms_sync_log.return_order_line_id IS 'Payload: line of the return. -> tms.return_order_lines(return_order_line_id)';
COMMENT ON COLUMN wms.wms_tms_sync_log.quantity_received IS 'Payload: returned parts that arrived [pcs].';
COMMENT ON COLUMN wms.wms_tms_sync_log.payload_hash IS '64-bit hash of the payload; sums over a batch compare with the receiver.';
COMMENT ON COLUMN wms.wms_tms_sync_log.sync_status IS 'pending | sent | acknowledged (the receiver has applied it) | failed (until a later attempt succeeds).';
COMMENT ON COLUMN wms.wms_tms_sync_log.attempt_count IS 'Deliveries attempted so far.';
COMMENT ON COLUMN wms.wms_tms_sync_log.error_message IS 'Error of the last failed attempt; NULL if none failed, about 499 in 500.';
COMMENT ON COLUMN wms.wms_tms_sync_log.created_at IS 'When the message was put into the outbox, simulated time.';
COMMENT ON COLUMN wms.wms_tms_sync_log.last_attempt_at IS 'Last attempt to deliver, simulated time; NULL before the first.';
COMMENT ON COLUMN wms.wms_tms_sync_log.acknowledged_at IS 'When the receiver confirmed, simulated time; known when acknowledged.';
COMMENT ON COLUMN wms.wms_tms_sync_log.updated_at IS 'Last change of the row.';
