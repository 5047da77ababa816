// Does with Cube's driver for Athena what Cube does, and prints what it got as JSON.
// node cube.mjs ENDPOINT ACCESS_KEY_ID SECRET_ACCESS_KEY
import { AthenaDriver } from "@cubejs-backend/athena-driver";

const [endpoint, accessKeyId, secretAccessKey] = process.argv.slice(2);
const driver = new AthenaDriver({
    endpoint,
    region: "us-east-1",
    accessKeyId,
    secretAccessKey,
    S3OutputLocation: "s3://results/cube/",
    workGroup: "primary",
    catalog: "AwsDataCatalog",
    database: "shop_curated",
    pollTimeout: 60,
    pollMaxInterval: 0.05,
    maxAttempts: 1,
});

const error = (failure) => ({ error: failure.message });

async function all(stream) {
    const rows = [];
    for await (const row of stream) {
        rows.push(row);
    }
    return rows.length;
}

await driver.testConnection();
const statements = process.env.STATEMENTS ? JSON.parse(process.env.STATEMENTS) : [];
const written = [];
for (const statement of statements) {
    written.push(await driver.query(statement, []).catch(error));
}
const streamed = await driver.downloadQueryResults("SELECT n FROM UNNEST(sequence(1, 2500)) AS t (n)", [], {
    streamImport: true,
    highWaterMark: 100,
});
console.log(
    JSON.stringify({
        written,
        customers: await driver.query("SELECT name, email FROM customers ORDER BY id", []),
        values: await driver.query("SELECT name FROM customers WHERE region = ? ORDER BY id", ["US"]),
        paged: (await driver.query("SELECT n FROM UNNEST(sequence(1, 2500)) AS t (n)", [])).map((row) => row.n),
        streamed: await all(streamed.rowStream),
        typed: await driver.downloadQueryResults(
            "SELECT 1 AS i, CAST(1.5 AS decimal(9,2)) AS d, 'x' AS t, CAST(NULL AS bigint) AS n, true AS b",
            [],
            {},
        ),
        columns: await driver.queryColumnTypes("SELECT id, region FROM customers", []),
        schema: await driver.tablesSchema(),
        failed: await driver.query("SELECT nothing FROM customers", []).catch(error),
    }),
);
