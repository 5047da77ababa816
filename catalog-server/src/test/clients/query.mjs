// Runs statements with AWS's JavaScript client and prints the rows of the last as JSON, or the error's name, and what each did.
// node query.mjs ENDPOINT ACCESS_KEY_ID SECRET_ACCESS_KEY SQL...
import {
    AthenaClient,
    GetQueryExecutionCommand,
    paginateGetQueryResults,
    StartQueryExecutionCommand,
} from "@aws-sdk/client-athena";

const [endpoint, accessKeyId, secretAccessKey, ...statements] = process.argv.slice(2);
const client = new AthenaClient({
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId, secretAccessKey },
    maxAttempts: 1,
});

async function run(sql) {
    const { QueryExecutionId } = await client.send(new StartQueryExecutionCommand({ QueryString: sql }));
    for (let turn = 0; turn < 1200; turn++) {
        const { QueryExecution } = await client.send(new GetQueryExecutionCommand({ QueryExecutionId }));
        const { State, StateChangeReason } = QueryExecution.Status;
        if (State === "SUCCEEDED") {
            const rows = [];
            const pages = [];
            let count = null;
            for await (const page of paginateGetQueryResults({ client, pageSize: 1000 }, { QueryExecutionId })) {
                rows.push(...page.ResultSet.Rows.map((row) => row.Data.map((datum) => datum.VarCharValue ?? null)));
                pages.push(page.ResultSet.Rows.length);
                count = page.UpdateCount ?? count;
            }
            return { rows, pages, count };
        }
        if (State === "FAILED" || State === "CANCELLED") {
            return { state: State, reason: StateChangeReason };
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error("the query did not end");
}

const done = [];
for (const statement of statements) {
    done.push(await run(statement).catch((error) => ({ error: error.name, message: error.message })));
}
console.log(
    JSON.stringify({
        ...done.at(-1),
        pages: done.map((each) => each.pages ?? []),
        counts: done.map((each) => each.count ?? null),
        failures: done.map((each) => each.reason ?? each.error).filter((each) => each),
    }),
);
