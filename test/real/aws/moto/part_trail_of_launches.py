"""CloudTrail's event history of launches, and what a start does to `LaunchTime`.

Events are there at once. A terminated instance with the tag `gone` is shown no more, as an hour after its end.
"""

import json
import time
import uuid

from moto.cloudtrail.responses import CloudTrailResponse
from moto.core.utils import utcnow
from moto.ec2.models.instances import Instance, InstanceBackend
from moto.ec2.responses.instances import InstanceResponse

EVENTS: list[dict] = []
PAGE = 50

run_instances = InstanceResponse.run_instances
start_instances = InstanceResponse.start_instances
start = Instance.start
all_reservations = InstanceBackend.all_reservations


def record(self, name, ids, request, items):
    now = int(time.time())
    event = {
        "eventVersion": "1.10",
        "eventTime": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now)),
        "eventSource": "ec2.amazonaws.com",
        "eventName": name,
        "awsRegion": self.region,
        "requestParameters": request,
        "responseElements": {"instancesSet": {"items": items}},
    }
    EVENTS.append(
        {
            "account": self.current_account,
            "region": self.region,
            "EventId": str(uuid.uuid4()),
            "EventName": name,
            "EventTime": now,
            "EventSource": "ec2.amazonaws.com",
            "Resources": [{"ResourceType": "AWS::EC2::Instance", "ResourceName": each} for each in ids],
            "CloudTrailEvent": json.dumps(event),
        }
    )


def recorded_run(self):
    result = run_instances(self)
    instances = result.result.instances
    request = {"instanceType": instances[0].instance_type}
    mode = self._get_param("CreditSpecification.CpuCredits")
    if mode:
        request["creditSpecification"] = {"cpuCredits": mode}
    items = [
        {
            "instanceId": each.id,
            "instanceType": each.instance_type,
            "launchTime": int(each.launch_time.timestamp()) * 1000,
        }
        for each in instances
    ]
    record(self, "RunInstances", [each.id for each in instances], request, items)
    return result


def start_with_time(self):
    previous = start(self)
    if previous.name == "stopped":
        self.launch_time = utcnow()
    return previous


def recorded_start(self):
    result = start_instances(self)
    started = result.result["StartingInstances"]
    items = [
        {
            "instanceId": each["InstanceId"],
            "currentState": {"code": 0, "name": "pending"},
            "previousState": {"code": each["PreviousState"].code, "name": each["PreviousState"].name},
        }
        for each in started
    ]
    ids = [each["InstanceId"] for each in started]
    record(self, "StartInstances", ids, {"instancesSet": {"items": [{"instanceId": each} for each in ids]}}, items)
    return result


def shown_reservations(self, filters=None):
    reservations = all_reservations(self, filters)
    for each in reservations:
        each.instances = [instance for instance in each.instances if not is_gone(instance)]
    return [each for each in reservations if each.instances]


def is_gone(instance):
    return instance._state.name == "terminated" and any(tag["key"] == "gone" for tag in instance.get_tags())


def lookup_events(self):
    (attribute,) = self._get_param("LookupAttributes")
    key, value = attribute["AttributeKey"], attribute["AttributeValue"]
    since = self._get_param("StartTime") or 0
    until = self._get_param("EndTime") or float("inf")
    found = [
        event
        for event in reversed(EVENTS)
        if (event["account"], event["region"]) == (self.current_account, self.region)
        if since <= event["EventTime"] <= until
        if (
            event["EventName"] == value
            if key == "EventName"
            else any(each["ResourceName"] == value for each in event["Resources"])
        )
    ]
    first = int(self._get_param("NextToken") or 0)
    answer = {"Events": found[first : first + PAGE]}
    if first + PAGE < len(found):
        answer["NextToken"] = str(first + PAGE)
    return json.dumps(answer)


InstanceResponse.run_instances = recorded_run
InstanceResponse.start_instances = recorded_start
Instance.start = start_with_time
InstanceBackend.all_reservations = shown_reservations
CloudTrailResponse.lookup_events = lookup_events
