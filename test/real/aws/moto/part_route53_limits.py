"""Route 53 GetAccountLimit and GetHostedZoneLimit."""

from moto.core.responses import ActionResult
from moto.route53 import urls
from moto.route53.responses import Route53

ACCOUNT = {"MAX_HOSTED_ZONES_BY_OWNER": 500, "MAX_HEALTH_CHECKS_BY_OWNER": 200}

urls.url_paths[r"{0}/(?P<api_version>[\d_-]+)/accountlimit/(?P<limit_type>[^/]+)$"] = Route53.dispatch
urls.url_paths[
    r"{0}/(?P<api_version>[\d_-]+)/hostedzonelimit/(?P<zone_id>[^/]+)/(?P<limit_type>[^/]+)$"
] = Route53.dispatch


def last(self):
    return self.parsed_url.path.rstrip("/").split("/")


def get_account_limit(self):
    kind = last(self)[-1]
    counts = {
        "MAX_HOSTED_ZONES_BY_OWNER": len(self.backend.zones),
        "MAX_HEALTH_CHECKS_BY_OWNER": len(self.backend.health_checks),
    }
    return ActionResult({"Limit": {"Type": kind, "Value": ACCOUNT[kind]}, "Count": counts[kind]})


def get_hosted_zone_limit(self):
    *_, zone_id, kind = last(self)
    count = len(self.backend.get_hosted_zone(zone_id).rrsets)
    return ActionResult({"Limit": {"Type": kind, "Value": 10000}, "Count": count})


Route53.get_account_limit = get_account_limit
Route53.get_hosted_zone_limit = get_hosted_zone_limit
