package io.gatun.master.state;

/**
 * What an operator's call is answered.
 *
 * @param status of HTTP
 * @param text why not; empty when it was done
 */
record Answer(int status, String text) {
    static final Answer OK = new Answer(200, "");
    static final Answer ACCEPTED = new Answer(202, "");

    static Answer badRequest(String text) {
        return new Answer(400, text);
    }

    static Answer notFound(String text) {
        return new Answer(404, text);
    }

    static Answer conflict(String text) {
        return new Answer(409, text);
    }

    boolean done() {
        return text.isEmpty();
    }
}
