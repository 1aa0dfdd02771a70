package io.gatun.containerizer.image.spec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;

/** JSON from outside: a name twice in one object or text after the end is an error, not a choice. */
public final class Json {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(com.fasterxml.jackson.core.StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private Json() {}

    /**
     * Parses one object.
     *
     * @param what names it in errors, which never quote the content: it may be a secret
     */
    public static JsonNode object(byte[] content, String what) {
        try {
            JsonNode json = MAPPER.readTree(content);
            if (!json.isObject()) {
                throw new ImageException(what + ": must be a JSON object");
            }
            return json;
        } catch (JsonProcessingException e) {
            throw invalid(what, e);
        } catch (IOException e) {
            throw new UncheckedIOException(what, e);
        }
    }

    /** Parses one array. */
    public static JsonNode array(byte[] content, String what) {
        try {
            JsonNode json = MAPPER.readTree(content);
            if (!json.isArray()) {
                throw new ImageException(what + ": must be a JSON array");
            }
            return json;
        } catch (JsonProcessingException e) {
            throw invalid(what, e);
        } catch (IOException e) {
            throw new UncheckedIOException(what, e);
        }
    }

    /** Writes a tree or a record. */
    public static byte[] bytes(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not to be written as JSON: " + value.getClass(), e);
        }
    }

    private static ImageException invalid(String what, JsonProcessingException e) {
        return new ImageException(what + ": is not JSON (line "
                + e.getLocation().getLineNr() + ", column " + e.getLocation().getColumnNr() + ")");
    }
}
