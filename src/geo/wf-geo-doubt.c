/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-geo"

#include "config.h"

#include "wf-geo-doubt.h"

#include "wf-geo-text.h"

#include <glib/gi18n.h>

/**
 * wf_geo_doubt:
 * @lon: a longitude, as it was given
 * @lat: a latitude, as it was given
 * @district: where a place is expected
 * @better: (out): what is meant, if the doubt is right; the same place where there is no better one
 *
 * Judges coordinates by the extent of the district. The datums of the map services shift a place by half a kilometre or a whole
 * one, so only near the edge the extent tells them.
 *
 * Returns: what may be wrong
 */
WfGeoDoubt
wf_geo_doubt (double          lon,
              double          lat,
              const WfGeoBox *district,
              WfGeoPoint     *better)
{
  static const struct
  {
    WfDatum    datum;
    WfGeoDoubt doubt;
  } datums[] = { { WF_DATUM_GCJ02, WF_GEO_DOUBT_GCJ02 }, { WF_DATUM_BD09, WF_GEO_DOUBT_BD09 } };

  g_return_val_if_fail (district != NULL && better != NULL, WF_GEO_DOUBT_NONE);

  *better = (WfGeoPoint) { lon, lat };
  if (wf_geo_box_contains (district, lon, lat))
    return WF_GEO_DOUBT_NONE;
  if (wf_geo_is_valid (lat, lon) && wf_geo_box_contains (district, lat, lon))
    {
      *better = (WfGeoPoint) { lat, lon };
      return WF_GEO_DOUBT_SWAPPED;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (datums); i++)
    {
      WfGeoPoint moved;

      wf_datum_to_wgs84 (datums[i].datum, lon, lat, &moved.lon, &moved.lat);
      if (wf_geo_box_contains (district, moved.lon, moved.lat))
        {
          *better = moved;
          return datums[i].doubt;
        }
    }

  return WF_GEO_DOUBT_OUTSIDE;
}

/**
 * wf_geo_doubt_text:
 * @text: what somebody typed
 * @district: (nullable): where a place is expected, if that is known
 * @better: (out): what is meant, if the doubt is right
 *
 * Judges what is typed as coordinates; what are none is not for this to judge.
 *
 * Returns: what may be wrong
 */
WfGeoDoubt
wf_geo_doubt_text (const char     *text,
                   const WfGeoBox *district,
                   WfGeoPoint     *better)
{
  double lon, lat;

  g_return_val_if_fail (text != NULL && better != NULL, WF_GEO_DOUBT_NONE);

  if (wf_geo_parse_swapped (text, &better->lon, &better->lat))
    return WF_GEO_DOUBT_NOWHERE;
  if (district == NULL || !wf_geo_parse (text, &lon, &lat, NULL))
    return WF_GEO_DOUBT_NONE;

  return wf_geo_doubt (lon, lat, district, better);
}

/**
 * wf_geo_doubt_describe:
 * @doubt: what may be wrong
 *
 * Returns: (transfer full) (nullable): a sentence for who has given the coordinates; %NULL where nothing is wrong
 */
char *
wf_geo_doubt_describe (WfGeoDoubt doubt)
{
  switch (doubt)
    {
    case WF_GEO_DOUBT_SWAPPED:
      return g_strdup (_("This lies outside of the district, and inside with latitude and longitude swapped."));
    case WF_GEO_DOUBT_GCJ02:
      return g_strdup (_("This lies just outside of the district, and inside if it is GCJ-02 (AMap, Tencent)."));
    case WF_GEO_DOUBT_BD09:
      return g_strdup (_("This lies just outside of the district, and inside if it is BD-09 (Baidu)."));
    case WF_GEO_DOUBT_OUTSIDE:
      return g_strdup (_("This lies outside of the district. Is it right?"));
    case WF_GEO_DOUBT_NOWHERE:
      return g_strdup (_("There is no such place on earth, but there is with latitude and longitude swapped."));
    case WF_GEO_DOUBT_NONE:
    default:
      return NULL;
    }
}
