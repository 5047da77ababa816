"""Runs one statement with boto3 and prints the rows as JSON, or the error's code.

python3 query.py ENDPOINT ACCESS_KEY_ID SECRET_ACCESS_KEY SQL
"""
import json
import sys
import time

import boto3
import botocore.config
import botocore.exceptions

endpoint, access_key, secret, sql = sys.argv[1:]
athena = boto3.client(
    "athena",
    endpoint_url=endpoint,
    region_name="us-east-1",
    aws_access_key_id=access_key,
    aws_secret_access_key=secret,
    config=botocore.config.Config(retries={"max_attempts": 0}),
)


def run():
    query = athena.start_query_execution(QueryString=sql)["QueryExecutionId"]
    for _ in range(600):
        status = athena.get_query_execution(QueryExecutionId=query)["QueryExecution"]["Status"]
        if status["State"] == "SUCCEEDED":
            pages = athena.get_paginator("get_query_results").paginate(QueryExecutionId=query)
            rows = [row["Data"] for page in pages for row in page["ResultSet"]["Rows"]]
            return {"rows": [[cell.get("VarCharValue") for cell in row] for row in rows]}
        if status["State"] in ("FAILED", "CANCELLED"):
            return {"state": status["State"], "reason": status.get("StateChangeReason")}
        time.sleep(0.05)
    raise TimeoutError("the query did not end")


try:
    print(json.dumps(run()))
except botocore.exceptions.ClientError as refusal:
    print(json.dumps({"error": refusal.response["Error"]["Code"], "message": str(refusal)}))
