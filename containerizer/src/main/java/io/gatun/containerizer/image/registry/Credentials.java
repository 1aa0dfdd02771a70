package io.gatun.containerizer.image.registry;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** What a registry is shown. Never printed: {@code toString} says only of which kind. */
public sealed interface Credentials {
    /** No credentials. */
    Credentials ANONYMOUS = new Anonymous();

    /** Nothing. */
    record Anonymous() implements Credentials {}

    /** A user's name and password, or an access token in its place. */
    record Basic(String user, String password) implements Credentials {
        /** The value of an Authorization header; RFC 7617. */
        String header() {
            byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
            return "Basic " + Base64.getEncoder().encodeToString(pair);
        }

        @Override
        public String toString() {
            return "password of " + user;
        }
    }

    /** An OAuth2 refresh token, exchanged for a bearer token. */
    record IdentityToken(String token) implements Credentials {
        @Override
        public String toString() {
            return "identity token";
        }
    }

    /** A bearer token that is shown to the registry as it is. */
    record RegistryToken(String token) implements Credentials {
        @Override
        public String toString() {
            return "registry token";
        }
    }
}
