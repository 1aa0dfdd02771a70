/**
 * The old JSON endpoints ({@code /state} and its kin). Documents are pure functions of a published
 * {@link io.gatun.master.state.MasterSnapshot}, written with Jackson's streaming generator away from the state thread.
 * The model and its quirks are Mesos' (src/common/http.cpp, src/master/readonly_handler.cpp): ids are plain strings,
 * agents are slaves, resources are objects of totals.
 */
package io.gatun.master.legacy;
