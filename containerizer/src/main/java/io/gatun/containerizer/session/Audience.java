package io.gatun.containerizer.session;

import io.gatun.containerizer.Session.Stream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Those who are attached to one container. On the pump's thread only. */
final class Audience {
    private final List<Attachment> attached = new ArrayList<>();
    private final List<Consumer<Attachment>> unheard = new ArrayList<>();
    private boolean met;
    private boolean keeps;

    /** Whether nobody listens now. */
    boolean isEmpty() {
        return attached.isEmpty();
    }

    /**
     * Whether data can be handed out: everybody takes it, or everybody has gone. Before the first one came it is kept
     * for him.
     */
    boolean ready() {
        return attached.isEmpty() ? met : attached.stream().allMatch(Attachment::takes);
    }

    void add(Attachment attachment) {
        met = true;
        attached.add(attachment);
        unheard.forEach(piece -> piece.accept(attachment));
        unheard.clear();
    }

    /** From now on what comes before the first one is kept here for him: pipes that are read to their end, and closed. */
    void keepForTheFirst() {
        keeps = !met;
    }

    void remove(Attachment attachment) {
        attached.remove(attachment);
    }

    void data(Stream stream, byte[] bytes) {
        if (keeps && !met) {
            unheard.add(first -> first.give(stream, bytes));
        }
        // Each gets an array of its own; a copy of the list, because a listener may leave.
        for (Attachment attachment : List.copyOf(attached)) {
            attachment.give(stream, bytes.clone());
        }
    }

    void end() {
        List.copyOf(attached).forEach(Attachment::finish);
    }
}
