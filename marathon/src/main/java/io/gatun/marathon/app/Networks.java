package io.gatun.marathon.app;

import java.util.List;
import java.util.Map;

/**
 * The networks of an app.
 *
 * @param mode of all of them
 * @param named the networks of mode container, in order
 */
public record Networks(Mode mode, List<Named> named) {
    /** The agent's network, shared. */
    public static final Networks HOST = new Networks(Mode.HOST, List.of());

    public Networks {
        named = List.copyOf(named);
    }

    /** How a task's network comes to be. */
    public enum Mode {
        HOST("host"),
        BRIDGE("container/bridge"),
        CONTAINER("container");

        private final String text;

        Mode(String text) {
            this.text = text;
        }

        /** As in JSON. */
        public String text() {
            return text;
        }
    }

    /** A network by its name, with labels for whoever makes it. */
    public record Named(String name, Map<String, String> labels) {
        public Named {
            labels = Ordered.copyOf(labels);
        }
    }
}
