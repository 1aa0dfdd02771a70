package io.gatun.master.registry;

import java.util.concurrent.ConcurrentHashMap;

/** One string for each id, so that the ids of half a million tasks' agents are those of the agents. Any thread. */
final class Names {
    /** Agents come and go: at some time all of them are forgotten. */
    private static final int MAX = 1 << 18;

    private final ConcurrentHashMap<String, String> names = new ConcurrentHashMap<>();

    /** That of all equal ones, more or less; null for null. */
    String one(String name) {
        if (name == null) {
            return null;
        }
        String known = names.get(name);
        if (known != null) {
            return known;
        }
        if (names.size() >= MAX) {
            names.clear();
        }
        names.put(name, name);
        return name;
    }
}
