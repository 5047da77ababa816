// Runs one statement with AWS's JavaScript client and prints the rows as JSON, or the error's name.
// node query.mjs ENDPOINT ACCESS_KEY_ID SECRET_ACCESS_KEY SQL
import {
    AthenaClient,
    GetQueryExecutionCommand,
    paginateGetQueryResults,
    StartQueryExecutionCommand,
} from "@aws-sdk/client-athena";

const [endpoint, accessKeyId, secretAccessKey, sql] = process.argv.slice(2);
const client = new AthenaClient({
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId, secretAccessKey },
    maxAttempts: 1,
});

async function run() {
    const { QueryExecutionId } = await client.send(new StartQueryExecutionCommand({ QueryString: sql }));
    for (let turn = 0; turn < 600; turn++) {
        const { QueryExecution } = await client.send(new GetQueryExecutionCommand({ QueryExecutionId }));
        const { State, StateChangeReason } = QueryExecution.Status;
        if (State === "SUCCEEDED") {
            const rows = [];
            for await (const page of paginateGetQueryResults({ client }, { QueryExecutionId })) {
                rows.push(...page.ResultSet.Rows.map((row) => row.Data.map((datum) => datum.VarCharValue ?? null)));
            }
            return { rows };
        }
        if (State === "FAILED" || State === "CANCELLED") {
            return { state: State, reason: StateChangeReason };
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error("the query did not end");
}

console.log(JSON.stringify(await run().catch((error) => ({ error: error.name, message: error.message }))));
