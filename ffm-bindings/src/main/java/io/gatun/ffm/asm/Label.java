package io.gatun.ffm.asm;

import java.util.ArrayList;
import java.util.List;

/** A place in code that jumps refer to, before or after it is known. */
public final class Label {
    private static final int UNBOUND = -1;

    private int offset = UNBOUND;
    private final List<Fixup> fixups = new ArrayList<>();

    /** A jump whose target is still to be written into it. */
    record Fixup(int at, Patch patch) {}

    /** Writes a displacement into the jump at an offset. */
    @FunctionalInterface
    interface Patch {
        void apply(int at, int target);
    }

    void refer(int at, Patch patch) {
        if (offset == UNBOUND) {
            fixups.add(new Fixup(at, patch));
        } else {
            patch.apply(at, offset);
        }
    }

    void bind(int here) {
        if (offset != UNBOUND) {
            throw new IllegalStateException("label is bound already, at " + offset);
        }
        offset = here;
        fixups.forEach(fixup -> fixup.patch().apply(fixup.at(), here));
        fixups.clear();
    }

    boolean dangling() {
        return !fixups.isEmpty();
    }
}
