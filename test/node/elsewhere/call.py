"""requests-oauth2client as its documentation has it: log in, then call four times."""

import json
import sys

import requests
from requests_oauth2client import OAuth2Client

token_endpoint, resource, url = sys.argv[1:]
client = OAuth2Client(
    token_endpoint=token_endpoint,
    client_id="agent",
    client_secret="agent-secret",
    testing=True,
)
token = client.client_credentials(scope="read", resource=resource, dpop=True)
answers = [requests.get(f"{url}/{n}", auth=token) for n in range(3)]
answers.append(requests.post(url, auth=token, json={"order": "tea"}))
print(
    json.dumps(
        {
            "statuses": [answer.status_code for answer in answers],
            "caller": answers[-1].json()["caller"]["sub"],
            "body": answers[-1].json()["body"],
        }
    )
)
