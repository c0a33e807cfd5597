// Logs in as itself, then calls five times at once and sends a body: each request with a proof of its own.
import java.math.BigInteger
import java.security.KeyPair
import java.security.KeyPairGenerator
import java.security.MessageDigest
import java.security.Signature
import java.security.interfaces.ECPublicKey
import java.security.spec.ECGenParameterSpec
import java.util.Base64
import java.util.UUID
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.Executors
import okhttp3.FormBody
import okhttp3.HttpUrl
import okhttp3.HttpUrl.Companion.toHttpUrl
import okhttp3.Interceptor
import okhttp3.MediaType.Companion.toMediaType
import okhttp3.OkHttpClient
import okhttp3.Request
import okhttp3.RequestBody.Companion.toRequestBody
import okhttp3.Response

/** One key for the client's life, the latest nonce of each origin, and a token for one of them. */
class Dpop(private val keys: KeyPair, private val api: HttpUrl) : Interceptor {
    @Volatile var token: String? = null
    private val nonces = ConcurrentHashMap<String, String>()

    override fun intercept(chain: Interceptor.Chain): Response {
        val request = chain.request()
        val origin = origin(request.url)
        val first = chain.proceed(signed(request, nonces[origin]))
        // The nonce of this very answer: another call may have stored another one meanwhile.
        val given = first.header("DPoP-Nonce") ?: return first
        nonces[origin] = given
        // A body that cannot be had twice cannot be sent twice.
        if (!challenged(first) || request.body?.isOneShot() == true) return first
        first.close()
        return chain.proceed(signed(request, given)).also { second ->
            second.header("DPoP-Nonce")?.let { nonces[origin] = it }
        }
    }

    private fun signed(request: Request, nonce: String?): Request {
        val sent = if (origin(request.url) == origin(api)) token else null
        val builder = request.newBuilder()
            .header("DPoP", proof(request.method, request.url, sent, nonce))
        if (sent != null) builder.header("Authorization", "DPoP $sent")
        return builder.build()
    }

    /** A proof for one request. Without a token: for the token endpoint. */
    private fun proof(method: String, url: HttpUrl, token: String?, nonce: String?): String {
        val point = (keys.public as ECPublicKey).w
        val (x, y) = listOf(point.affineX, point.affineY).map { base64url(fixed(it)) }
        val header = """{"typ":"dpop+jwt","alg":"ES256","jwk":{"kty":"EC","crv":"P-256","x":"$x","y":"$y"}}"""
        val htu = url.newBuilder().query(null).fragment(null).build()
        val claims = buildList {
            add(""""jti":"${UUID.randomUUID()}","htm":"$method","htu":"$htu"""")
            add(""""iat":${System.currentTimeMillis() / 1000}""")
            if (token != null) {
                val hash = MessageDigest.getInstance("SHA-256").digest(token.toByteArray())
                add(""""ath":"${base64url(hash)}"""")
            }
            if (nonce != null) add(""""nonce":"$nonce"""")
        }
        val text = listOf(header, claims.joinToString(",", "{", "}"))
            .joinToString(".") { base64url(it.toByteArray()) }
        val der = Signature.getInstance("SHA256withECDSA").run {
            initSign(keys.private)
            update(text.toByteArray())
            sign()
        }
        return "$text.${base64url(joseSignature(der))}"
    }

    /** JWS wants r and s, 32 bytes each (RFC 7518 section 3.4); what signs gives DER. */
    private fun joseSignature(der: ByteArray): ByteArray {
        val r = der.copyOfRange(4, 4 + der[3])
        val at = 4 + der[3] + 2
        return fixed(BigInteger(r)) + fixed(BigInteger(der.copyOfRange(at, at + der[at - 1])))
    }

    private fun fixed(number: BigInteger): ByteArray {
        val bytes = number.toByteArray().dropWhile { it == 0.toByte() }.toByteArray()
        return ByteArray(32 - bytes.size) + bytes
    }

    private fun base64url(bytes: ByteArray): String =
        Base64.getUrlEncoder().withoutPadding().encodeToString(bytes)

    private fun origin(url: HttpUrl) = "${url.scheme}://${url.host}:${url.port}"
}

/** RFC 9449: an API says it in WWW-Authenticate (section 9), an issuer in the body of a 400 (section 8). */
fun challenged(answer: Response): Boolean = when (answer.code) {
    401 -> answer.headers("WWW-Authenticate").any { "use_dpop_nonce" in it }
    400 -> member("error", answer.peekBody(64 * 1024).string()) == "use_dpop_nonce"
    else -> false
}

/** A text of a flat JSON object. An app has a library for it. */
fun member(name: String, json: String): String? =
    Regex(""""$name"\s*:\s*"([^"\\]*)"""").find(json)?.groupValues?.get(1)

fun main(arguments: Array<String>) {
    val (tokenEndpoint, resource, api) = arguments
    val generator = KeyPairGenerator.getInstance("EC")
    generator.initialize(ECGenParameterSpec("secp256r1"))
    val dpop = Dpop(generator.generateKeyPair(), api.toHttpUrl())
    val client = OkHttpClient.Builder()
        .addInterceptor(dpop)
        // Below the interceptor a request would be repeated, or led elsewhere, with the same proof.
        .retryOnConnectionFailure(false)
        .followRedirects(false)
        .build()
    val form = FormBody.Builder()
        .add("grant_type", "client_credentials")
        .add("client_id", "agent")
        .add("client_secret", "agent-secret")
        .add("scope", "read")
        .add("resource", resource)
        .build()
    val granted = client.newCall(Request.Builder().url(tokenEndpoint).post(form).build()).execute()
        .use { it.body.string() }
    check(member("token_type", granted).equals("DPoP", ignoreCase = true)) { "bound to no key: $granted" }
    dpop.token = member("access_token", granted)
    val pool = Executors.newFixedThreadPool(5)
    val statuses = (0 until 5)
        .map { n -> pool.submit<Int> { status(client, Request.Builder().url("$api/$n").build()) } }
        .map { it.get() }
    pool.shutdown()
    val order = """{"order": "tea"}""".toRequestBody("application/json".toMediaType())
    println("$statuses ${status(client, Request.Builder().url(api).post(order).build())}")
}

fun status(client: OkHttpClient, request: Request): Int =
    client.newCall(request).execute().use { it.code }
