package io.gatun.marathon.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gatun.marathon.app.InvalidAppException;
import io.gatun.marathon.app.Violation;
import io.gatun.marathon.state.AppLockedException;
import io.gatun.marathon.state.RequestException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** From exceptions to the answers that Marathon gives. */
final class Errors {
    private static final Logger LOG = LoggerFactory.getLogger(Errors.class);

    private Errors() {}

    static Answer answer(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return switch (cause) {
            case InvalidAppException invalid -> invalid(invalid.violations());
            case AppLockedException locked -> {
                ObjectNode body = Answer.object().put("message", locked.getMessage());
                ArrayNode deployments = body.putArray("deployments");
                locked.deployments().forEach(id -> deployments.addObject().put("id", id));
                yield Answer.json(409, body);
            }
            case RequestException refused -> Answer.message(refused.status(), refused.getMessage());
            case JsonProcessingException malformed ->
                Answer.json(
                        400,
                        Answer.object().put("message", "Invalid JSON").put("details", malformed.getOriginalMessage()));
            default -> {
                LOG.error("a request failed", cause);
                yield Answer.message(500, String.valueOf(cause.getMessage()));
            }
        };
    }

    private static Answer invalid(List<Violation> violations) {
        boolean wrongShape = violations.stream().anyMatch(violation -> violation.kind() == Violation.Kind.TYPE);
        Map<String, List<String>> byPath = new LinkedHashMap<>();
        violations.forEach(violation -> byPath.computeIfAbsent(violation.path(), unused -> new ArrayList<>())
                .add(violation.message()));
        ObjectNode body = Answer.object().put("message", wrongShape ? "Invalid JSON" : "Object is not valid");
        ArrayNode details = body.putArray("details");
        byPath.forEach((path, messages) -> {
            ObjectNode detail = details.addObject().put("path", path);
            messages.forEach(detail.putArray("errors")::add);
        });
        return Answer.json(wrongShape ? 400 : 422, body);
    }
}
