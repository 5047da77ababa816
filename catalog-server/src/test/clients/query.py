"""Runs statements with boto3 and prints the rows of the last as JSON, or the error's code, and what each did.

python3 query.py ENDPOINT ACCESS_KEY_ID SECRET_ACCESS_KEY SQL...
"""
import json
import sys
import time

import boto3
import botocore.config
import botocore.exceptions

endpoint, access_key, secret, *statements = sys.argv[1:]
athena = boto3.client(
    "athena",
    endpoint_url=endpoint,
    region_name="us-east-1",
    aws_access_key_id=access_key,
    aws_secret_access_key=secret,
    config=botocore.config.Config(retries={"max_attempts": 0}),
)


def run(sql):
    query = athena.start_query_execution(QueryString=sql)["QueryExecutionId"]
    for _ in range(1200):
        status = athena.get_query_execution(QueryExecutionId=query)["QueryExecution"]["Status"]
        if status["State"] == "SUCCEEDED":
            pages = list(
                athena.get_paginator("get_query_results").paginate(
                    QueryExecutionId=query, PaginationConfig={"PageSize": 1000}
                )
            )
            rows = [row["Data"] for page in pages for row in page["ResultSet"]["Rows"]]
            return {
                "rows": [[cell.get("VarCharValue") for cell in row] for row in rows],
                "pages": [len(page["ResultSet"]["Rows"]) for page in pages],
                "count": pages[0].get("UpdateCount"),
            }
        if status["State"] in ("FAILED", "CANCELLED"):
            return {"state": status["State"], "reason": status.get("StateChangeReason")}
        time.sleep(0.05)
    raise TimeoutError("the query did not end")


def attempt(sql):
    try:
        return run(sql)
    except botocore.exceptions.ClientError as refusal:
        return {"error": refusal.response["Error"]["Code"], "message": str(refusal)}


done = [attempt(sql) for sql in statements]
print(
    json.dumps(
        {
            **done[-1],
            "pages": [each.get("pages", []) for each in done],
            "counts": [each.get("count") for each in done],
            "failures": [each.get("reason") or each.get("error") for each in done if "rows" not in each],
        }
    )
)
