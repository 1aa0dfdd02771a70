package io.gatun.master;

import io.vertx.ext.web.Router;

/** A part of the master's HTTP interface. */
public interface Routes {
    /** Adds handlers to {@code router}; called once, before the server listens. */
    void mount(Router router, MasterContext context);
}
