// Logs in as itself, then calls five times at once and sends a body: each request with a proof of its own.
package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// Dpop is an http.RoundTripper: one key for the client's life, the latest nonce of each origin.
type Dpop struct {
	Base   http.RoundTripper
	Token  string // empty at the token endpoint
	signer jose.Signer
	nonces *sync.Map
}

func NewDpop(key *ecdsa.PrivateKey) (*Dpop, error) {
	options := (&jose.SignerOptions{EmbedJWK: true}).WithType("dpop+jwt")
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: key}, options)
	return &Dpop{Base: http.DefaultTransport, signer: signer, nonces: &sync.Map{}}, err
}

// With is the same client, with a token.
func (d *Dpop) With(token string) *Dpop {
	return &Dpop{Base: d.Base, Token: token, signer: d.signer, nonces: d.nonces}
}

func (d *Dpop) proof(request *http.Request, nonce string) (string, error) {
	target := *request.URL
	target.RawQuery, target.Fragment = "", ""
	claims := map[string]any{
		"jti": rand.Text(), "htm": request.Method, "htu": target.String(), "iat": time.Now().Unix(),
	}
	if d.Token != "" {
		hash := sha256.Sum256([]byte(d.Token))
		claims["ath"] = base64.RawURLEncoding.EncodeToString(hash[:])
	}
	if nonce != "" {
		claims["nonce"] = nonce
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		return "", err
	}
	signed, err := d.signer.Sign(payload)
	if err != nil {
		return "", err
	}
	return signed.CompactSerialize()
}

func (d *Dpop) RoundTrip(request *http.Request) (*http.Response, error) {
	origin := request.URL.Scheme + "://" + request.URL.Host
	var nonce string
	if known, ok := d.nonces.Load(origin); ok {
		nonce = known.(string)
	}
	for attempt := 0; ; attempt++ {
		sent := request.Clone(request.Context())
		if request.GetBody != nil {
			body, err := request.GetBody()
			if err != nil {
				return nil, err
			}
			sent.Body = body
		}
		proof, err := d.proof(sent, nonce)
		if err != nil {
			return nil, err
		}
		sent.Header.Set("DPoP", proof)
		if d.Token != "" {
			sent.Header.Set("Authorization", "DPoP "+d.Token)
		}
		response, err := d.Base.RoundTrip(sent)
		if err != nil {
			return nil, err
		}
		// The nonce of this very answer: another call may have stored another one meanwhile.
		given := response.Header.Get("DPoP-Nonce")
		if given != "" {
			d.nonces.Store(origin, given)
		}
		if attempt > 0 || given == "" || !challenged(response) {
			return response, nil
		}
		// A body that cannot be had twice cannot be sent twice.
		if request.Body != nil && request.GetBody == nil {
			return response, nil
		}
		response.Body.Close()
		nonce = given
	}
}

// RFC 9449: an API says it in WWW-Authenticate (section 9), an issuer in the body of a 400 (section 8).
func challenged(response *http.Response) bool {
	switch response.StatusCode {
	case http.StatusUnauthorized:
		return strings.Contains(response.Header.Get("WWW-Authenticate"), "use_dpop_nonce")
	case http.StatusBadRequest:
		body, _ := io.ReadAll(io.LimitReader(response.Body, 64<<10))
		response.Body.Close()
		response.Body = io.NopCloser(bytes.NewReader(body))
		var answer struct{ Error string }
		return json.Unmarshal(body, &answer) == nil && answer.Error == "use_dpop_nonce"
	}
	return false
}

func main() {
	tokenEndpoint, resource, api := os.Args[1], os.Args[2], os.Args[3]
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(err)
	dpop, err := NewDpop(key)
	check(err)
	answer, err := (&http.Client{Transport: dpop}).PostForm(tokenEndpoint, url.Values{
		"grant_type": {"client_credentials"}, "client_id": {"agent"}, "client_secret": {"agent-secret"},
		"scope": {"read"}, "resource": {resource},
	})
	check(err)
	var token struct {
		AccessToken string `json:"access_token"`
		TokenType   string `json:"token_type"`
	}
	check(json.NewDecoder(answer.Body).Decode(&token))
	if !strings.EqualFold(token.TokenType, "DPoP") {
		check(fmt.Errorf("the token is bound to no key: token_type is %q", token.TokenType))
	}
	client := &http.Client{Transport: dpop.With(token.AccessToken)}
	var calls sync.WaitGroup
	statuses := make([]int, 5)
	for n := range statuses {
		calls.Go(func() {
			answer, err := client.Get(fmt.Sprintf("%s/%d", api, n))
			check(err)
			statuses[n] = answer.StatusCode
		})
	}
	calls.Wait()
	posted, err := client.Post(api, "application/json", strings.NewReader(`{"order": "tea"}`))
	check(err)
	fmt.Println(statuses, posted.StatusCode)
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
