package io.gatun.containerizer;

/** Where an agent is killed. */
sealed interface FaultPoint {
    /** Nowhere; instead the points that there are are written down. */
    record Nowhere() implements FaultPoint {
        @Override
        public String toString() {
            return "nowhere";
        }
    }

    /**
     * When a thread of the agent is about to make a system call for the n-th time.
     *
     * @param thread {@code launch}, the one that launches and destroys, {@code end}, the one that waits for ends, or one
     *     of an image store's; see {@link PulledAgent}
     */
    record Call(String thread, String call, int count) implements FaultPoint {
        @Override
        public String toString() {
            return thread + ":" + call + ":" + count;
        }
    }

    /** When the child has made its first n calls between clone and exec; it goes on when the agent is dead. */
    record Row(int count) implements FaultPoint {
        @Override
        public String toString() {
            return "row:" + count;
        }
    }

    static FaultPoint parse(String text) {
        String[] words = text.split(":", -1);
        return switch (words[0]) {
            case "nowhere" -> new Nowhere();
            case "row" -> new Row(Integer.parseInt(words[1]));
            default -> new Call(words[0], words[1], Integer.parseInt(words[2]));
        };
    }
}
