/**
 * The v1 operator API: calls answered from the published snapshot, the event stream, and the values that the old JSON
 * endpoints share with it (flags, roles, metrics). Nothing here touches the state thread but
 * {@link io.gatun.master.OperatorSink}, which only hands over.
 */
package io.gatun.master.operator;
