package io.gatun.marathon.state;

import java.util.Map;

/**
 * Something that subscribers of {@code /v2/events} are told.
 *
 * @param type Marathon's name, such as {@code status_update_event}
 * @param fields what its JSON holds besides type and timestamp; strings, numbers, booleans, lists, maps, specs
 */
public record Event(String type, Map<String, Object> fields) {}
