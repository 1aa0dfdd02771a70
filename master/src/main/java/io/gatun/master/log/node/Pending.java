package io.gatun.master.log.node;

/** Entries that were appended here and are not committed yet, oldest first. Allocates only while it grows. One thread. */
final class Pending {
    private static final int FIRST_CAPACITY = 1024;

    private long[] positions = new long[FIRST_CAPACITY];
    private long[] correlations = new long[FIRST_CAPACITY];
    private AppendListener[] listeners = new AppendListener[FIRST_CAPACITY];
    private long head;
    private long tail;

    int size() {
        return (int) (tail - head);
    }

    void add(long position, long correlationId, AppendListener listener) {
        if (size() == positions.length) {
            grow();
        }
        int index = index(tail);
        positions[index] = position;
        correlations[index] = correlationId;
        listeners[index] = listener;
        tail++;
    }

    private int index(long sequence) {
        return (int) sequence & (positions.length - 1);
    }

    private void grow() {
        int size = size();
        int capacity = 2 * positions.length;
        long[] newPositions = new long[capacity];
        long[] newCorrelations = new long[capacity];
        AppendListener[] newListeners = new AppendListener[capacity];
        for (int i = 0; i < size; i++) {
            int from = index(head + i);
            newPositions[i] = positions[from];
            newCorrelations[i] = correlations[from];
            newListeners[i] = listeners[from];
        }
        positions = newPositions;
        correlations = newCorrelations;
        listeners = newListeners;
        head = 0;
        tail = size;
    }

    /** Entries up to a position are committed. */
    void committed(long position) {
        while (head < tail && positions[index(head)] <= position) {
            int index = index(head);
            AppendListener listener = listeners[index];
            listeners[index] = null;
            head++;
            listener.appended(correlations[index], positions[index]);
        }
    }

    /** Nobody will tell what became of them. */
    void failAll(LogException reason) {
        while (head < tail) {
            int index = index(head);
            AppendListener listener = listeners[index];
            listeners[index] = null;
            head++;
            listener.notAppended(correlations[index], reason);
        }
    }
}
