package io.gatun.ffm.process;

import java.util.ArrayList;
import java.util.List;

/** A text, taken apart at its placeholders, so that to fill it in is to join its pieces. Immutable. */
public final class OpenText {
    private final List<Piece> pieces;

    /** A part of it. */
    private sealed interface Piece {
        /** As it is. */
        record Fixed(String text) implements Piece {}

        /** What the placeholder of this index stands for. */
        record Open(int index) implements Piece {}
    }

    private OpenText(List<Piece> pieces) {
        this.pieces = List.copyOf(pieces);
    }

    /** Takes a text apart. */
    public static OpenText of(String text, NameForm form) {
        if (form.texts().isEmpty()) {
            return new OpenText(List.of(new Piece.Fixed(text)));
        }
        List<Piece> pieces = new ArrayList<>();
        int begin = 0;
        int at = 0;
        while (at < text.length()) {
            int open = form.placeholderAt(text, at);
            if (open < 0) {
                at++;
                continue;
            }
            if (at > begin) {
                pieces.add(new Piece.Fixed(text.substring(begin, at)));
            }
            pieces.add(new Piece.Open(open));
            at += form.texts().get(open).length();
            begin = at;
        }
        if (begin < text.length() || pieces.isEmpty()) {
            pieces.add(new Piece.Fixed(text.substring(begin)));
        }
        return new OpenText(pieces);
    }

    /** Whether there is a placeholder in it. */
    boolean isOpen() {
        return pieces.stream().anyMatch(Piece.Open.class::isInstance);
    }

    /** The text with what its placeholders stand for. */
    public String with(Names names) {
        if (pieces.size() == 1) {
            return text(pieces.getFirst(), names);
        }
        StringBuilder text = new StringBuilder();
        for (Piece piece : pieces) {
            text.append(text(piece, names));
        }
        return text.toString();
    }

    private static String text(Piece piece, Names names) {
        return switch (piece) {
            case Piece.Fixed(String fixed) -> fixed;
            case Piece.Open(int index) -> names.texts().get(index);
        };
    }
}
