package io.gatun.master.legacy;

import java.nio.charset.StandardCharsets;

/** Documents as text, and expected text written over several lines. */
final class DocumentText {
    private DocumentText() {}

    static String of(Document document) {
        return new String(document.bytes(), StandardCharsets.UTF_8);
    }

    /** The lines without their indentation, joined. */
    static String joined(String lines) {
        StringBuilder text = new StringBuilder();
        lines.lines().forEach(line -> text.append(line.strip()));
        return text.toString();
    }
}
