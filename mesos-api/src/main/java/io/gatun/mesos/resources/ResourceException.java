package io.gatun.mesos.resources;

/** A resource that breaks a rule. The message names the text or resource, and the rule. */
public final class ResourceException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    ResourceException(String subject, String rule) {
        super("'" + subject + "': " + rule);
    }
}
