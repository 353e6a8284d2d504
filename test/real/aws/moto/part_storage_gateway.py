"""Storage Gateway, which moto does not know: two gateways of a region with file shares, listed in pages of two."""

import json
import re

ARN = "arn:aws:storagegateway:{region}:123456789012:"
SHARES = {"sgw-1": 9, "sgw-2": 1}


def list_gateways(region, params):
    arn = ARN.format(region=region)
    return {"Gateways": [{"GatewayARN": f"{arn}gateway/{id}", "GatewayId": id, "GatewayName": f"files-{id}"} for id in SHARES]}


def list_file_shares(region, params):
    arn = ARN.format(region=region)
    shares = [
        {"FileShareId": f"share-{id}-{number}", "FileShareType": "SMB", "GatewayARN": f"{arn}gateway/{id}"}
        for id, count in SHARES.items()
        for number in range(count)
    ]
    start = int(params.get("Marker", 0))
    page = {"FileShareInfoList": shares[start : start + 2]}
    if "Marker" in params:
        page["Marker"] = params["Marker"]
    if start + 2 < len(shares):
        page["NextMarker"] = str(start + 2)
    return page


ANSWERS = {"ListGateways": list_gateways, "ListFileShares": list_file_shares}


def wrap(app):
    def served(environ, start_response):
        target = environ.get("HTTP_X_AMZ_TARGET", "")
        if not target.startswith("StorageGateway_"):
            return app(environ, start_response)
        region = re.search(r"/\d{8}/([^/]+)/", environ["HTTP_AUTHORIZATION"]).group(1)
        length = int(environ.get("CONTENT_LENGTH") or 0)
        answer = ANSWERS[target.split(".")[1]](region, json.loads(environ["wsgi.input"].read(length) or b"{}"))
        body = json.dumps(answer).encode()
        start_response("200 OK", [("content-type", "application/x-amz-json-1.1"), ("content-length", str(len(body)))])
        return [body]

    return served
