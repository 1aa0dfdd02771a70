package io.gatun.containerizer.image.registry;

import com.fasterxml.jackson.databind.JsonNode;
import io.gatun.containerizer.image.spec.ImageException;
import io.gatun.containerizer.image.spec.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Answers challenges: passwords as they are, or a bearer token fetched with them; Docker's token authentication
 * specification and its OAuth2 variant for identity tokens.
 */
final class Tokens {
    private static final int MAX_ANSWER_BYTES = 1 << 20;

    private final Transport transport;

    Tokens(Transport transport) {
        this.transport = transport;
    }

    /**
     * The Authorization that a challenge asks for.
     *
     * @param endpoint that challenged
     * @param scope when the challenge names none
     * @return empty when we have nothing to show
     */
    Optional<String> answer(URI endpoint, Challenge challenge, Credentials credentials, String scope)
            throws IOException {
        if (credentials instanceof Credentials.RegistryToken token) {
            return Optional.of("Bearer " + token.token());
        }
        if (challenge.scheme().equals("basic")) {
            return credentials instanceof Credentials.Basic basic ? Optional.of(basic.header()) : Optional.empty();
        }
        Map<String, String> query = new LinkedHashMap<>();
        Optional.ofNullable(challenge.parameters().get("service")).ifPresent(service -> query.put("service", service));
        query.put("scope", challenge.parameters().getOrDefault("scope", scope));
        URI realm = realm(endpoint, challenge.parameters().get("realm"));
        Transport.Request request = credentials instanceof Credentials.IdentityToken identity
                ? exchange(realm, query, identity)
                : new Transport.Request(
                        withQuery(realm, query),
                        Map.of(),
                        credentials instanceof Credentials.Basic basic ? Optional.of(basic.header()) : Optional.empty(),
                        Optional.empty());
        return Optional.of("Bearer " + token(realm, request));
    }

    private static Transport.Request exchange(
            URI realm, Map<String, String> query, Credentials.IdentityToken identity) {
        Map<String, String> form = new LinkedHashMap<>(query);
        form.put("grant_type", "refresh_token");
        form.put("client_id", "gatun");
        form.put("refresh_token", identity.token());
        return new Transport.Request(realm, Map.of(), Optional.empty(), Optional.of(encoded(form)));
    }

    private String token(URI realm, Transport.Request request) throws IOException {
        HttpResponse<InputStream> response = transport.send(request);
        try (InputStream body = response.body()) {
            if (response.statusCode() != 200) {
                throw new ImageException(
                        Transport.shown(realm) + ": status " + response.statusCode() + " to a request for a token");
            }
            JsonNode json = Json.object(body.readNBytes(MAX_ANSWER_BYTES), "token of " + Transport.shown(realm));
            String token = json.path("token").asText(json.path("access_token").asText(""));
            if (token.isEmpty() || token.chars().anyMatch(c -> c <= ' ' || c > '~')) {
                throw new ImageException(Transport.shown(realm) + ": answers without a token");
            }
            return token;
        }
    }

    private static URI realm(URI endpoint, String realm) {
        try {
            URI url = endpoint.resolve(realm);
            if (url.getHost() != null) {
                return url;
            }
        } catch (IllegalArgumentException e) {
            throw new ImageException(Transport.shown(endpoint) + ": realm=" + realm + ": must be a URL", e);
        }
        throw new ImageException(Transport.shown(endpoint) + ": realm=" + realm + ": must be a URL");
    }

    private static URI withQuery(URI url, Map<String, String> query) {
        return URI.create(url + (url.getRawQuery() == null ? "?" : "&") + encoded(query));
    }

    private static String encoded(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(e -> e.getKey() + "=" + URLEncoder.encode(e.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }
}
