"""requests-oauth2client as its documentation has it: log in, then call five times at once and send a body."""

import json
import sys
from concurrent.futures import ThreadPoolExecutor

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
with ThreadPoolExecutor(5) as pool:
    answers = list(pool.map(lambda n: requests.get(f"{url}/{n}", auth=token), range(5)))
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
