/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-service"

#include "config.h"

#include "wf-rooms.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

/* libsoup 3.2 keeps, for as long as the server lives, a few kilobytes of every connection that the other end closed between
 * two requests (mended in 3.3 by "server: do not leak idle connections closed by the client"). A service that runs for years
 * would drown in them. So a server takes a number of connections, then a new one takes those that come; the old one asks
 * whoever is still there to come in again, by "Connection: close", and when nobody is left it goes with all that it kept. */

#define TAKES 1000 /* connections */

typedef struct
{
  SoupServer *server;    /* (owned) */
  int         other_end; /* of the pair that libsoup listens on; -1 before */
  guint       n_taken;
} Room;

struct _WfRooms
{
  WfRoomsFurnish  furnish;
  gpointer        data;
  GPtrArray      *rooms; /* (owned) of Room (owned); the last one takes who comes */
};

static void
free_room (gpointer data)
{
  Room *room = data;

  soup_server_remove_handler (room->server, NULL);
  soup_server_disconnect (room->server);
  if (room->other_end >= 0)
    close (room->other_end);
  g_object_unref (room->server);
  g_free (room);
}

/* libsoup keeps a connection for the next request only as long as it listens itself. It is given one end of a pair to
 * listen on, on which nobody ever calls: the connections come from a listener of ours, which can limit them. */
static gboolean
pretend_to_listen (Room    *room,
                   GError **error)
{
  int pair[2];

  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "No sockets can be made: %s", g_strerror (errno));
      return FALSE;
    }

  room->other_end = pair[1];
  g_autoptr (GSocket) socket = g_socket_new_from_fd (pair[0], error);
  if (socket == NULL)
    {
      close (pair[0]);
      return FALSE;
    }

  return soup_server_listen_socket (room->server, socket, 0, error);
}

/**
 * wf_rooms_new:
 * @furnish: called with each new server
 * @data: for @furnish
 *
 * Returns: (transfer full): rooms, none of which is open yet
 */
WfRooms *
wf_rooms_new (WfRoomsFurnish furnish,
              gpointer       data)
{
  WfRooms *self = g_new0 (WfRooms, 1);

  self->furnish = furnish;
  self->data = data;
  self->rooms = g_ptr_array_new_with_free_func (free_room);

  return self;
}

/**
 * wf_rooms_free:
 * @self: (transfer full): rooms
 */
void
wf_rooms_free (WfRooms *self)
{
  g_ptr_array_unref (self->rooms);
  g_free (self);
}

/**
 * wf_rooms_open:
 * @self: rooms
 * @error: return location
 *
 * Makes a room that takes from now on who comes.
 *
 * Returns: whether it could be made
 */
gboolean
wf_rooms_open (WfRooms  *self,
               GError  **error)
{
  Room *room = g_new0 (Room, 1);

  room->other_end = -1;
  room->server = soup_server_new ("server-header", "watchfired/" WF_VERSION, NULL);
  self->furnish (room->server, self->data);
  if (!pretend_to_listen (room, error))
    {
      free_room (room);
      return FALSE;
    }

  g_ptr_array_add (self->rooms, room);

  return TRUE;
}

/**
 * wf_rooms_close:
 * @self: rooms
 *
 * Sends everybody away. Safe to call twice.
 */
void
wf_rooms_close (WfRooms *self)
{
  g_ptr_array_set_size (self->rooms, 0);
}

/**
 * wf_rooms_enter:
 * @self: rooms
 * @stream: a connection
 * @local: where it came
 * @remote: from where
 * @error: return location
 *
 * Returns: (nullable): the room that it is in, for wf_rooms_is_old(); %NULL where it was not taken
 */
gpointer
wf_rooms_enter (WfRooms         *self,
                GIOStream       *stream,
                GSocketAddress  *local,
                GSocketAddress  *remote,
                GError         **error)
{
  g_autoptr (GError) problem = NULL;

  if (self->rooms->len == 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "The service is stopping");
      return NULL;
    }

  Room *room = self->rooms->pdata[self->rooms->len - 1];
  if (room->n_taken >= TAKES)
    {
      /* Without a new one the old one goes on. */
      if (!wf_rooms_open (self, &problem))
        g_warning ("No new server for the next connections: %s", problem->message);
      room = self->rooms->pdata[self->rooms->len - 1];
    }

  room->n_taken++;
  return soup_server_accept_iostream (room->server, stream, local, remote, error) ? room : NULL;
}

/**
 * wf_rooms_is_old:
 * @self: rooms
 * @room: (nullable): what wf_rooms_enter() gave
 *
 * Returns: whether those in it are to go after their next answer
 */
gboolean
wf_rooms_is_old (WfRooms  *self,
                 gpointer  room)
{
  return room != NULL && self->rooms->len > 0 && room != self->rooms->pdata[self->rooms->len - 1];
}

/**
 * wf_rooms_clear:
 * @self: rooms
 * @gate: who is still there
 *
 * Ends the old rooms in which nobody is.
 */
void
wf_rooms_clear (WfRooms *self,
                WfGate  *gate)
{
  for (guint i = 0; i + 1 < self->rooms->len;)
    if (wf_gate_is_empty (gate, self->rooms->pdata[i]))
      g_ptr_array_remove_index (self->rooms, i);
    else
      i++;
}
