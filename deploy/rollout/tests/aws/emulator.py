"""AWS as far as a rollout sees it: moto where it covers the call, and beside it what moto lacks.

Says where it is in one line. For each name that it then reads, a test's, it makes a service in each region, of a cluster
of that name, and a dial; it ends when its standard input does.

Of moto's own ECS a deployment never proceeds and a task never ends; here they do, by the image's tag:
  ...-broken   the deployment fails and the circuit breaker puts the old one back; a task ends with 1
  ...-stuck    the deployment never ends
Global Accelerator, which moto has not, takes only what botocore's own model of it allows.
"""

import json
import logging
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import boto3
import botocore.loaders
import botocore.model
import botocore.validate
from moto.ecs.models import EC2ContainerServiceBackend
from moto.logs import logs_backends
from moto.server import ThreadedMotoServer

REGIONS = {"eu": "eu-west-1", "us": "us-east-1"}
ACCELERATOR = "arn:aws:globalaccelerator::123456789012:accelerator/a"
REPOSITORY = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/jubilee"
# Looks that a deployment, a task or a dial takes until it is done.
LOOKS = 2


class Deployments:
    """Makes moto's services deploy."""

    def __init__(self):
        self.looks = {}
        self.real_update, self.real_describe = (
            EC2ContainerServiceBackend.update_service,
            EC2ContainerServiceBackend.describe_services,
        )

    def update(self, backend, properties):
        service = self.real_update(backend, properties)
        old = [d for d in service.deployments if d["status"] == "PRIMARY"]
        new = {**old[0], "taskDefinition": service.task_definition, "rolloutState": "IN_PROGRESS"}
        for deployment in old:
            deployment["status"] = "ACTIVE"
        service.deployments = [new, *old]
        self.looks[service.arn] = LOOKS
        return service

    def describe(self, backend, cluster, names):
        services, failures = self.real_describe(backend, cluster, names)
        for service in services:
            if service.deployments[0]["rolloutState"] == "IN_PROGRESS":
                self.proceed(backend, service)
        return services, failures

    def proceed(self, backend, service):
        image = image_of(backend, service.task_definition)
        if image.endswith("-stuck"):
            return
        self.looks[service.arn] -= 1
        if self.looks[service.arn] > 0:
            return
        new, *old = service.deployments
        if not image.endswith("-broken"):
            new["rolloutState"] = "COMPLETED"
            service.deployments = [new]
            return
        new.update(rolloutState="FAILED", status="ACTIVE", rolloutStateReason="tasks failed to start")
        old[0].update(status="PRIMARY", rolloutState="COMPLETED")
        service.deployments = [old[0], new]
        service.task_definition = old[0]["taskDefinition"]


class Migrations:
    """Makes moto's tasks run `jubilee migrate`: of each cluster one is pending until that has been run."""

    def __init__(self):
        self.done = set()
        self.real_run = EC2ContainerServiceBackend.run_task

    def run(self, backend, *arguments, **named):
        tasks = self.real_run(backend, *arguments, **named)
        for task in tasks:
            (override,) = task.overrides["containerOverrides"]
            definition = backend.describe_task_definition(task.task_definition_arn)
            code, line = self.outcome(task, image_of(backend, task.task_definition_arn), override["command"])
            task.containers[0].name = override["name"]
            task.containers[0].exitCode = code
            options = definition.container_definitions[0]["logConfiguration"]["options"]
            logs = logs_backends[backend.account_id][backend.region_name]
            stream = f"{options['awslogs-stream-prefix']}/{override['name']}/{task.task_arn.split('/')[-1]}"
            logs.create_log_stream(options["awslogs-group"], stream)
            now = int(time.time() * 1000)
            events = [{"timestamp": now, "message": text} for text in ("a line before", line)]
            logs.put_log_events(options["awslogs-group"], stream, events)
        return tasks

    def outcome(self, task, image, command):
        if image.endswith("-broken"):
            return 1, "jubilee: no node can be reached"
        if command == ["migrate", "--dry-run", "--format", "json"]:
            more = {"number": 3, "name": "more", "phase": "expand", "after": None}
            pending = [] if task.cluster_name in self.done else [more]
            return 0, json.dumps({"migrations": pending, "statements": []}, separators=(",", ":"))
        self.done.add(task.cluster_name)
        return 0, "applied 0003_more"


class Accelerator(BaseHTTPRequestHandler):
    """Global Accelerator, its requests checked against botocore's model."""

    model = botocore.model.ServiceModel(
        botocore.loaders.Loader().load_service_model("globalaccelerator", "service-2"), "globalaccelerator"
    )
    dials = {}
    looks = 0

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        name = self.headers["X-Amz-Target"].split(".")[-1]
        shape = self.model.operation_model(name).input_shape
        errors = botocore.validate.ParamValidator().validate(body, shape)
        region = body.get("EndpointGroupArn", "").rsplit("/", 1)[-1]
        if errors.has_errors() or "us-west-2" not in self.headers["Authorization"]:
            self.answer(400, {"__type": "InvalidArgumentException", "Message": errors.generate_report()})
        elif name == "DescribeAccelerator" and body["AcceleratorArn"] == ACCELERATOR:
            type(self).looks = max(0, self.looks - 1)
            self.answer(200, {"Accelerator": {"Status": "IN_PROGRESS" if self.looks else "DEPLOYED"}})
        elif region not in self.dials:
            self.answer(400, {"__type": "EndpointGroupNotFoundException", "Message": "no such group"})
        else:
            if name == "UpdateEndpointGroup":
                self.dials[region] = body["TrafficDialPercentage"]
                type(self).looks = LOOKS
            self.answer(200, {"EndpointGroup": {"TrafficDialPercentage": float(self.dials[region])}})

    def answer(self, status, body):
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/x-amz-json-1.1")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


def image_of(backend, definition):
    return backend.describe_task_definition(definition).container_definitions[0]["image"]


class Region:
    """What all tests share of a region, and what each has of its own."""

    def __init__(self, name, region, url):
        def client(service):
            return boto3.client(
                service, region, endpoint_url=url, aws_access_key_id="a", aws_secret_access_key="b"
            )

        self.name, self.ecs = name, client("ecs")
        ec2, balancers = client("ec2"), client("elbv2")
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
        subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
        group = ec2.create_security_group(GroupName="jubilee", Description="jubilee", VpcId=vpc)["GroupId"]
        self.network = {"awsvpcConfiguration": {"subnets": [subnet], "securityGroups": [group]}}
        self.targets = balancers.create_target_group(
            Name="jubilee", Protocol="HTTP", Port=8080, VpcId=vpc, TargetType="ip", HealthCheckPath="/readyz"
        )["TargetGroups"][0]["TargetGroupArn"]
        balancers.register_targets(TargetGroupArn=self.targets, Targets=[{"Id": "10.0.0.9", "Port": 8080}])
        client("logs").create_log_group(logGroupName="jubilee")
        log = {"awslogs-group": "jubilee", "awslogs-region": region, "awslogs-stream-prefix": "ecs"}
        container = {
            "name": "jubilee",
            "image": f"{REPOSITORY}:1.0.0",
            "cpu": 256,
            "memory": 512,
            "environment": [{"name": "JUBILEE_REGION", "value": name}],
            "logConfiguration": {"logDriver": "awslogs", "options": log},
        }
        self.definition = self.ecs.register_task_definition(
            family="jubilee",
            networkMode="awsvpc",
            requiresCompatibilities=["FARGATE"],
            cpu="256",
            memory="512",
            containerDefinitions=[container],
        )["taskDefinition"]["taskDefinitionArn"]

    def make(self, cluster):
        balancer = {"targetGroupArn": self.targets, "containerName": "jubilee", "containerPort": 8080}
        self.ecs.create_cluster(clusterName=cluster)
        self.ecs.create_service(
            cluster=cluster,
            serviceName="jubilee",
            taskDefinition=self.definition,
            desiredCount=1,
            launchType="FARGATE",
            loadBalancers=[balancer],
            networkConfiguration=self.network,
        )
        Accelerator.dials[f"{cluster}-{self.name}"] = 100


def main():
    os.environ["MOTO_ECS_SERVICE_RUNNING"] = "1"
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    deployments, migrations = Deployments(), Migrations()
    EC2ContainerServiceBackend.update_service = lambda *given: deployments.update(*given)
    EC2ContainerServiceBackend.describe_services = lambda *given: deployments.describe(*given)
    EC2ContainerServiceBackend.run_task = lambda *given, **named: migrations.run(*given, **named)
    moto = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    moto.start()
    url = "http://{}:{}".format(*moto.get_host_and_port())
    regions = [Region(name, region, url) for name, region in REGIONS.items()]
    accelerator = ThreadingHTTPServer(("127.0.0.1", 0), Accelerator)
    Thread(target=accelerator.serve_forever, daemon=True).start()
    told = {
        "url": url,
        "accelerator_url": "http://{}:{}".format(*accelerator.server_address),
        "accelerator": ACCELERATOR,
        "repository": REPOSITORY,
        "regions": REGIONS,
        "programs": os.path.join(sys.prefix, "bin"),
    }
    print(json.dumps(told), flush=True)
    for cluster in sys.stdin:
        for region in regions:
            region.make(cluster.strip())
        print("made", flush=True)


if __name__ == "__main__":
    main()
