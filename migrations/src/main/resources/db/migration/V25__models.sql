-- Which tables are models, so that they are found without a look at every table.
CREATE TABLE model (
    table_uuid TEXT PRIMARY KEY
);
