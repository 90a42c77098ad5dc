-- Shops, their credentials at Amazon, and the keys of the seal: the rows that hold secrets.

-- api_key is the SHA-256 of the key, in hexadecimal. addresses is null when calls are not limited to addresses.
-- request_fields is null when every optional field may be sent. All lists are JSON arrays of texts.
CREATE TABLE shops (
    shop                TEXT    NOT NULL,
    name                TEXT    NOT NULL,
    active              BOOLEAN NOT NULL,
    language            TEXT    NOT NULL,
    positive_url        TEXT    NOT NULL,
    negative_url        TEXT    NOT NULL,
    notice_url          TEXT,
    api_key             TEXT,
    addresses           TEXT,
    payment_types       TEXT    NOT NULL,
    capture_now         BOOLEAN NOT NULL,
    web_service         BOOLEAN NOT NULL,
    response_fields     TEXT    NOT NULL,
    custom_keys         TEXT    NOT NULL,
    request_fields      TEXT,
    compulsory_fields   TEXT    NOT NULL,
    PRIMARY KEY (shop)
);

-- environment: sandbox, production. secret_key and mws_token sign requests and cannot be kept as hashes.
CREATE TABLE amazon_accounts (
    shop                TEXT    NOT NULL,
    environment         TEXT    NOT NULL,
    seller_id           TEXT    NOT NULL,
    client_id           TEXT    NOT NULL,
    access_key          TEXT    NOT NULL,
    secret_key          TEXT    NOT NULL,
    mws_token           TEXT    NOT NULL,
    show_address_widget BOOLEAN NOT NULL,
    PRIMARY KEY (shop, environment),
    FOREIGN KEY (shop) REFERENCES shops (shop)
);

-- Of the whole gateway, hence without a shop: a sealed string names its key before its shop can be trusted.
-- secret is in hexadecimal.
CREATE TABLE seal_keys (
    seal_key            BIGINT  NOT NULL,
    secret              TEXT    NOT NULL,
    created_at          BIGINT  NOT NULL,
    PRIMARY KEY (seal_key)
);
