"""Service Quotas: moto has the defaults of `vpc` alone, no applied values, no requests, no pages."""

import json

from moto.servicequotas.resources.default_quotas.vpc import VPC_DEFAULT_QUOTAS
from moto.servicequotas.responses import ServiceQuotasResponse

DEFAULTS = {
    "vpc": {quota["QuotaCode"]: quota["Value"] for quota in VPC_DEFAULT_QUOTAS},
    "ec2": {"L-1216C47A": 5.0, "L-DB2E81BA": 0.0, "L-0263D0A3": 5.0},
    "ebs": {"L-D18FCD1D": 50.0, "L-7A658B76": 50.0, "L-309BACF6": 100000.0},
    "acm": {"L-F141DD1D": 2500.0},
    "storagegateway": {"L-58DCC961": 50.0},
}
# What an account was granted: only these are listed as applied.
APPLIED = {"ec2": {"L-1216C47A": 2048.0, "L-0263D0A3": 20.0}, "vpc": DEFAULTS["vpc"], "ebs": {}, "acm": {}}
REQUESTS = [
    {"ServiceCode": "ec2", "QuotaCode": "L-1216C47A", "DesiredValue": 4096.0, "Status": "CASE_OPENED"},
    {
        "ServiceCode": "ec2",
        "QuotaCode": "L-1216C47A",
        "DesiredValue": 2048.0,
        "Status": "CASE_CLOSED",
        "Created": 1793000000,
        "LastUpdated": 1793259200,
    },
]


def listed(self, values):
    params = json.loads(self.body)
    service = params["ServiceCode"]
    quotas = [
        {"ServiceCode": service, "QuotaCode": code, "Value": value, "Adjustable": True}
        for code, value in sorted(values.get(service, {}).items())
    ]
    # Small pages, whatever was asked for: AWS may give fewer than that, too.
    start = int(params.get("NextToken", 0))
    page = {"Quotas": quotas[start : start + 10]}
    if start + 10 < len(quotas):
        page["NextToken"] = str(start + 10)
    return json.dumps(page)


def get_service_quota(self):
    params = json.loads(self.body)
    service, code = params["ServiceCode"], params["QuotaCode"]
    value = APPLIED.get(service, {}).get(code, DEFAULTS.get(service, {}).get(code))
    if value is None:
        return 400, {}, json.dumps({"__type": "NoSuchResourceException", "message": "no such quota"})
    return json.dumps({"Quota": {"ServiceCode": service, "QuotaCode": code, "Value": value}})


ServiceQuotasResponse.list_service_quotas = lambda self: listed(self, APPLIED)
ServiceQuotasResponse.list_aws_default_service_quotas = lambda self: listed(self, DEFAULTS)
ServiceQuotasResponse.get_service_quota = get_service_quota
ServiceQuotasResponse.list_requested_service_quota_change_history = lambda self: json.dumps(
    {"RequestedQuotas": REQUESTS}
)
