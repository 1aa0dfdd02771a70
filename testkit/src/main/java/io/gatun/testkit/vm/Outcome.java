package io.gatun.testkit.vm;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.List;
import org.opentest4j.TestAbortedException;

/** How one test or class ended in the VM, in a form that crosses the serial console. */
record Outcome(Kind kind, Trouble trouble) implements Serializable {

    /** As the JUnit launcher tells it. */
    enum Kind {
        PASSED,
        FAILED,
        ABORTED,
        SKIPPED
    }

    /** A throwable without its class: that may be one which only the guest can load. */
    record Trouble(String text, List<StackTraceElement> frames, Trouble cause) implements Serializable {
        static Trouble of(Throwable t) {
            if (t == null) {
                return null;
            }
            Throwable cause = t.getCause() == t ? null : t.getCause();
            return new Trouble(t.toString(), List.of(t.getStackTrace()), of(cause));
        }

        Throwable toThrowable() {
            Throwable t = new GuestFailure(text, cause == null ? null : cause.toThrowable());
            t.setStackTrace(frames.toArray(StackTraceElement[]::new));
            return t;
        }
    }

    /** A failure in the VM; its message is the text of the throwable that it stands for. */
    static final class GuestFailure extends AssertionError {
        private static final long serialVersionUID = 1L;

        GuestFailure(String text, Throwable cause) {
            super(text, cause);
        }
    }

    static Outcome of(Kind kind, Throwable t) {
        return new Outcome(kind, Trouble.of(t));
    }

    /** Ends the host's side of the test as the guest's side ended. */
    void rethrow() throws Throwable {
        switch (kind) {
            case PASSED -> {}
            case FAILED -> throw trouble.toThrowable();
            case ABORTED, SKIPPED -> throw new TestAbortedException(trouble == null ? "skipped" : trouble.text());
        }
    }

    String encode() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(this);
        } catch (IOException e) {
            throw new UncheckedIOException("encode " + this, e);
        }
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }

    static Outcome decode(String text) {
        try (ObjectInputStream in = new ObjectInputStream(
                new ByteArrayInputStream(Base64.getDecoder().decode(text)))) {
            return (Outcome) in.readObject();
        } catch (IOException | ClassNotFoundException e) {
            throw new IllegalStateException("not an outcome: " + text, e);
        }
    }
}
