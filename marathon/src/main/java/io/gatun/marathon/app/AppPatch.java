package io.gatun.marathon.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A partial update: the fields that it names replace those of the app, all others stay. */
public final class AppPatch {
    /** Giving the one takes the other away. */
    private static final Map<String, String> EXCLUDES =
            Map.of("cmd", "args", "args", "cmd", "ports", "portDefinitions");

    private static final List<String> ADDED_BY_MARATHON = List.of("version", "versionInfo");

    private AppPatch() {}

    /**
     * The definition after the update. Fields that are null count as not given.
     *
     * @throws InvalidAppException when the result is not valid
     */
    public static AppSpec apply(AppSpec app, JsonNode update, String frameworkRole) {
        ObjectNode merged = AppWriter.config(app);
        update.properties().forEach(entry -> {
            String field = entry.getKey();
            if (!entry.getValue().isNull()) {
                Optional.ofNullable(EXCLUDES.get(field)).ifPresent(merged::remove);
                merged.set(field, entry.getValue());
            }
        });
        return AppReader.read(merged, Optional.of(app.id()), frameworkRole);
    }

    /**
     * The version that an update asks to return to: {@code {"version": "..."}}, perhaps with the id.
     *
     * @return empty when the update does not name a version
     * @throws InvalidAppException when it names one among other fields, or one that is no time
     */
    public static Optional<Timestamp> rollback(JsonNode update) {
        JsonNode version = update.path("version");
        if (version.isMissingNode() || version.isNull()) {
            return Optional.empty();
        }
        boolean more = update.properties().stream()
                .anyMatch(entry -> !entry.getKey().equals("id")
                        && !ADDED_BY_MARATHON.contains(entry.getKey())
                        && !entry.getValue().isNull());
        if (more) {
            throw new InvalidAppException("/version", "The 'version' field may only be combined with the 'id' field.");
        }
        try {
            return Optional.of(Timestamp.parse(version.asText()));
        } catch (IllegalArgumentException e) {
            throw new InvalidAppException("/version", e.getMessage());
        }
    }
}
