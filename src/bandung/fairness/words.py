"""The words of explanations and charts in four languages, and numbers as each writes them.

Wording not yet confirmed by a person. Digits are 0 to 9 everywhere, as in the rest of the site.
"""

import re
from collections.abc import Sequence
from fractions import Fraction
from math import inf
from typing import Literal, get_args

Language = Literal["en", "fr", "es", "ar"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
MOST_NAMES = 6
NO_BREAK, NARROW = "\u00a0", "\u202f"
ISOLATE, LEFT_TO_RIGHT, END = "\u2068", "\u2066", "\u2069"
MARKS = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
SEPARATORS: dict[Language, tuple[str, str]] = {
    "en": (",", "."),
    "fr": (NARROW, ","),
    "es": (".", ","),
    "ar": (",", "."),
}


def whole(number: int, language: Language) -> str:
    """A whole number with its thousands grouped."""
    return f"{number:,}".replace(",", SEPARATORS[language][0])


def amount(number: Fraction | int, language: Language) -> str:
    """A quantity; a fraction is rounded to two decimals for reading."""
    is_whole = Fraction(number).denominator == 1
    return decimals(Fraction(number), 0 if is_whole else 2, language)


def decimals(number: Fraction, places: int, language: Language) -> str:
    """A number of zero or more, rounded to so many decimals."""
    above, below = divmod(round(number * 10**places), 10**places)
    point = SEPARATORS[language][1]
    return whole(above, language) + (f"{point}{below:0{places}}" if places else "")


def percent(part: Fraction | float, language: Language, places: int = 2) -> str:
    """A part of one as a percentage; no rounding reaches 0 or 100."""
    if part == inf:
        return "∞"
    sign, exact = "", Fraction(part) * 100
    least = Fraction(1, 10**places)
    if 0 < exact < least:
        sign, exact = "<" + NO_BREAK, least
    elif 100 - least / 2 <= exact < 100:
        sign, exact = ">" + NO_BREAK, 100 - least
    written = f"{sign}{decimals(exact, places, language)}{NO_BREAK}%"
    return f"{LEFT_TO_RIGHT}{written}{END}" if language == "ar" else written


def shown(name: str) -> str:
    """A name with its control and direction marks made visible."""
    return MARKS.sub("\ufffd", name)


def called(name: str, language: Language) -> str:
    """A name that cannot disturb the direction of the sentence around it."""
    is_apart = language == "ar" or RIGHT_TO_LEFT.search(name)
    return f"{ISOLATE}{shown(name)}{END}" if is_apart else shown(name)


def listed(names: Sequence[str], language: Language) -> str:
    """Names joined as the language joins them; beyond a few, only how many more there are."""
    parts = [called(each, language) for each in names[:MOST_NAMES]]
    if len(names) > MOST_NAMES:
        parts.append(counted("more", len(names) - MOST_NAMES, language))
    if len(parts) < 2:
        return "".join(parts)
    comma, last = {
        "en": (", ", " and "),
        "fr": (", ", " et "),
        "es": (", ", " y "),
        "ar": ("، ", " و"),
    }[language]
    return comma.join(parts[:-1]) + last + parts[-1]


def form(count: int, language: Language) -> str:
    """The plural form for a count, by the rules of the Unicode tables."""
    if language == "fr":
        return "one" if count < 2 else "other"
    if language != "ar":
        return "one" if count == 1 else "other"
    if count < 3:
        return ("zero", "one", "two")[count]
    tens = count % 100
    return "few" if 3 <= tens <= 10 else "many" if tens >= 11 else "other"


def counted(key: str, count: int, language: Language, **facts: str) -> str:
    """The text of a key for this count, filled in."""
    forms = COUNTED[key][language]
    chosen = forms.get(form(count, language), forms["other"])
    return chosen.format(count=whole(count, language), **facts)


def said(key: str, language: Language, **facts: str) -> str:
    """The text of a key, filled in."""
    return SAID[key][language].format(**facts)


SAID: dict[str, dict[Language, str]] = {
    "receives": {
        "en": "{name} receives {allocated}; its coverage rises from {before} to {after}.",
        "fr": "{name} reçoit {allocated} ; sa couverture passe de {before} à {after}.",
        "es": "{name} recibe {allocated}; su cobertura pasa de {before} a {after}.",
        "ar": "{name}: الكمية المخصصة {allocated}، وترتفع التغطية من {before} إلى {after}.",
    },
    "receives nothing": {
        "en": "{name} receives nothing in this division; its coverage stays at {after}.",
        "fr": "{name} ne reçoit rien dans cette répartition ; sa couverture reste à {after}.",
        "es": "{name} no recibe nada en este reparto; su cobertura sigue en {after}.",
        "ar": "{name}: لا تخصيص في هذا التوزيع، وتبقى التغطية عند {after}.",
    },
    "weight": {
        "en": "Its need counts with weight {weight}, by the published policy.",
        "fr": "Son besoin compte avec le coefficient {weight}, selon la règle publiée.",
        "es": "Su necesidad cuenta con el coeficiente {weight}, según la norma publicada.",
        "ar": "يُحتسب الاحتياج بمعامل قدره {weight} وفق القاعدة المنشورة.",
    },
    "share": {
        "en": "Its exact share, before whole packs, is {share}.",
        "fr": "Sa part exacte, avant l’arrondi aux emballages entiers, est de {share}.",
        "es": "Su parte exacta, antes de redondear a envases enteros, es de {share}.",
        "ar": "الحصة الدقيقة قبل التقريب إلى عبوات كاملة هي {share}.",
    },
    "others sustain less": {
        "en": "Every other lot open to it sustains less.",
        "fr": "Tout autre lot qui lui est ouvert permet un niveau inférieur.",
        "es": "Cualquier otro lote abierto a él permite un nivel inferior.",
        "ar": "وأي دفعة أخرى متاحة تتيح مستوى أدنى.",
    },
    "nobody above": {
        "en": "Nobody who draws on {lots} ends above that level.",
        "fr": "Nul ne puise dans {lots} en finissant au-dessus de ce niveau.",
        "es": "Nadie que tome de {lots} termina por encima de ese nivel.",
        "ar": "ولا تتجاوز هذا المستوى أي جهة تستفيد من {lots}.",
    },
    "nobody above, but for packs": {
        "en": "Nobody who draws on {lots} ends above that level, but for rounding to whole packs.",
        "fr": "Nul ne puise dans {lots} en finissant au-dessus de ce niveau, sauf par l’arrondi "
        "aux emballages entiers.",
        "es": "Nadie que tome de {lots} termina por encima de ese nivel, salvo por el redondeo a "
        "envases enteros.",
        "ar": "ولا تتجاوز هذا المستوى أي جهة تستفيد من {lots} إلا بسبب التقريب إلى عبوات كاملة.",
    },
    "above already": {
        "en": "What had already been received keeps it at or above that level.",
        "fr": "Ce qui avait déjà été reçu le maintient à ce niveau ou au-dessus.",
        "es": "Lo ya recibido lo mantiene en ese nivel o por encima.",
        "ar": "وما سبق استلامه يبقي التغطية عند هذا المستوى أو فوقه.",
    },
    "need met": {
        "en": "Its need is then met in full.",
        "fr": "Son besoin est alors entièrement couvert.",
        "es": "Su necesidad queda entonces cubierta por completo.",
        "ar": "وبذلك يكون الاحتياج مغطى بالكامل.",
    },
    "need met before": {
        "en": "What had already been received covers its need.",
        "fr": "Ce qui avait déjà été reçu couvre son besoin.",
        "es": "Lo ya recibido cubre su necesidad.",
        "ar": "ما سبق استلامه يغطي الاحتياج.",
    },
    "own limit": {
        "en": "It is held by its own limit of {cap}, not by the lots.",
        "fr": "Sa couverture est bornée par sa propre limite de {cap}, et non par les lots.",
        "es": "La determina su propio límite de {cap}, y no los lotes.",
        "ar": "ما يحدد ذلك هو الحد الخاص وقدره {cap}، وليس الدفعات.",
    },
    "lots could": {
        "en": "The lots open to it would sustain a level of {level}.",
        "fr": "Les lots qui lui sont ouverts permettraient un niveau de {level}.",
        "es": "Los lotes abiertos permitirían un nivel de {level}.",
        "ar": "والدفعات المتاحة كانت تتيح مستوى قدره {level}.",
    },
    "no lot": {
        "en": "No lot is open to it.",
        "fr": "Aucun lot ne lui est ouvert.",
        "es": "Ningún lote le está abierto.",
        "ar": "لا توجد دفعة متاحة لها.",
    },
    "counts first": {
        "en": "Its lower coverage counts in the next division.",
        "fr": "Sa couverture plus basse comptera dans la prochaine répartition.",
        "es": "Su menor cobertura contará en el próximo reparto.",
        "ar": "وستُحتسب تغطيتها الأدنى في التوزيع القادم.",
    },
    "chart": {
        "en": "Coverage before and after the division",
        "fr": "Couverture avant et après la répartition",
        "es": "Cobertura antes y después del reparto",
        "ar": "التغطية قبل التوزيع وبعده",
    },
    "before": {
        "en": "before",
        "fr": "avant",
        "es": "antes",
        "ar": "قبل",
    },
    "after": {
        "en": "after",
        "fr": "après",
        "es": "después",
        "ar": "بعد",
    },
    "block level": {
        "en": "level of a block",
        "fr": "niveau d’un bloc",
        "es": "nivel de un bloque",
        "ar": "مستوى كتلة",
    },
    "order": {
        "en": "Claimants, from the least to the best covered after the division",
        "fr": "Bénéficiaires, du moins couvert au mieux couvert après la répartition",
        "es": "Beneficiarios, del menos al mejor cubierto después del reparto",
        "ar": "الجهات المستفيدة، من الأدنى إلى الأعلى تغطية بعد التوزيع",
    },
    "figures": {
        "en": "Lowest coverage {lowest_before} before, {lowest} after; median {median_before} "
        "before, {median} after; highest {highest} after.",
        "fr": "Couverture la plus basse : {lowest_before} avant, {lowest} après ; médiane : "
        "{median_before} avant, {median} après ; la plus haute : {highest} après.",
        "es": "Cobertura más baja: {lowest_before} antes, {lowest} después; mediana: "
        "{median_before} antes, {median} después; la más alta: {highest} después.",
        "ar": "أدنى تغطية: {lowest_before} قبل، {lowest} بعد؛ الوسيط: {median_before} قبل، "
        "{median} بعد؛ أعلى تغطية: {highest} بعد.",
    },
    "levels": {
        "en": "Levels of the blocks: {levels}.",
        "fr": "Niveaux des blocs : {levels}.",
        "es": "Niveles de los bloques: {levels}.",
        "ar": "مستويات الكتل: {levels}.",
    },
    "empty": {
        "en": "There are no claimants.",
        "fr": "Il n’y a aucun bénéficiaire.",
        "es": "No hay beneficiarios.",
        "ar": "لا توجد جهات مستفيدة.",
    },
}
COUNTED: dict[str, dict[Language, dict[str, str]]] = {
    "set by": {
        "en": {
            "one": "Its level, {level}, is set by lot {lots}, which is used up at that level",
            "other": "Its level, {level}, is set by lots {lots}, which are used up at that level",
        },
        "fr": {
            "one": "Son niveau, {level}, est fixé par le lot {lots}, épuisé à ce niveau",
            "other": "Son niveau, {level}, est fixé par les lots {lots}, épuisés à ce niveau",
        },
        "es": {
            "one": "Su nivel, {level}, lo fija el lote {lots}, que se agota en ese nivel",
            "other": "Su nivel, {level}, lo fijan los lotes {lots}, que se agotan en ese nivel",
        },
        "ar": {
            "one": "المستوى، وهو {level}، تحدده الدفعة {lots} التي تنفد عند هذا المستوى",
            "two": "المستوى، وهو {level}، تحدده الدفعتان {lots} اللتان تنفدان عند هذا المستوى",
            "other": "المستوى، وهو {level}، تحدده الدفعات {lots} التي تنفد عند هذا المستوى",
        },
    },
    "shared": {
        "en": {
            "one": "; one other claimant shares it",
            "other": "; {count} other claimants share it",
        },
        "fr": {
            "one": " ; un autre bénéficiaire le partage",
            "other": " ; {count} autres bénéficiaires le partagent",
        },
        "es": {
            "one": "; lo comparte otro beneficiario",
            "other": "; lo comparten otros {count} beneficiarios",
        },
        "ar": {
            "one": "، وتشترك فيه جهة مستفيدة أخرى",
            "two": "، وتشترك فيه جهتان مستفيدتان أخريان",
            "few": "، وتشترك فيه {count} جهات مستفيدة أخرى",
            "other": "، وتشترك فيه {count} جهة مستفيدة أخرى",
        },
    },
    "left over": {
        "en": {
            "one": "Lot {lots} is not used up: everyone to whom it is open has reached its own "
            "limit.",
            "other": "Lots {lots} are not used up: everyone to whom they are open has reached its "
            "own limit.",
        },
        "fr": {
            "one": "Le lot {lots} n’est pas épuisé : tous ceux à qui il est ouvert ont atteint "
            "leur propre limite.",
            "other": "Les lots {lots} ne sont pas épuisés : tous ceux à qui ils sont ouverts ont "
            "atteint leur propre limite.",
        },
        "es": {
            "one": "El lote {lots} no se agota: todos aquellos a quienes está abierto han "
            "alcanzado su propio límite.",
            "other": "Los lotes {lots} no se agotan: todos aquellos a quienes están abiertos han "
            "alcanzado su propio límite.",
        },
        "ar": {
            "one": "الدفعة {lots} لا تنفد: فكل من أتيحت له بلغ حده الخاص.",
            "two": "الدفعتان {lots} لا تنفدان: فكل من أتيحتا له بلغ حده الخاص.",
            "other": "الدفعات {lots} لا تنفد: فكل من أتيحت له بلغ حده الخاص.",
        },
    },
    "deferred": {
        "en": {
            "one": "Its consignment from lot {lots} would have been below its minimum of "
            "{minimum} and is put off.",
            "other": "Its consignments from lots {lots} would have been below its minimum of "
            "{minimum} and are put off.",
        },
        "fr": {
            "one": "Son envoi du lot {lots} aurait été inférieur à son minimum de {minimum} ; il "
            "est reporté.",
            "other": "Ses envois des lots {lots} auraient été inférieurs à son minimum de "
            "{minimum} ; ils sont reportés.",
        },
        "es": {
            "one": "Su envío del lote {lots} habría sido inferior a su mínimo de {minimum} y "
            "queda aplazado.",
            "other": "Sus envíos de los lotes {lots} habrían sido inferiores a su mínimo de "
            "{minimum} y quedan aplazados.",
        },
        "ar": {
            "one": "كانت الشحنة من الدفعة {lots} ستقل عن الحد الأدنى وقدره {minimum}، ولذلك أُجّلت.",
            "two": "كانت الشحنتان من الدفعتين {lots} ستقلان عن الحد الأدنى وقدره {minimum}، ولذلك "
            "أُجّلتا.",
            "other": "كانت الشحنات من الدفعات {lots} ستقل عن الحد الأدنى وقدره {minimum}، ولذلك "
            "أُجّلت.",
        },
    },
    "more": {
        "en": {
            "one": "{count} more",
            "other": "{count} more",
        },
        "fr": {
            "one": "{count} autre",
            "other": "{count} autres",
        },
        "es": {
            "one": "{count} más",
            "other": "{count} más",
        },
        "ar": {
            "one": "واحدة أخرى",
            "two": "اثنتين أخريين",
            "other": "{count} غيرها",
        },
    },
    "claimants": {
        "en": {
            "one": "{count} claimant.",
            "other": "{count} claimants.",
        },
        "fr": {
            "one": "{count} bénéficiaire.",
            "other": "{count} bénéficiaires.",
        },
        "es": {
            "one": "{count} beneficiario.",
            "other": "{count} beneficiarios.",
        },
        "ar": {
            "one": "جهة مستفيدة واحدة.",
            "two": "جهتان مستفيدتان.",
            "few": "{count} جهات مستفيدة.",
            "other": "{count} جهة مستفيدة.",
        },
    },
    "step": {
        "en": {
            "one": "Each step is one claimant.",
            "other": "Each step is the mean of up to {count} claimants.",
        },
        "fr": {
            "one": "Chaque marche est un bénéficiaire.",
            "other": "Chaque marche est la moyenne de {count} bénéficiaires au plus.",
        },
        "es": {
            "one": "Cada escalón es un beneficiario.",
            "other": "Cada escalón es la media de {count} beneficiarios como máximo.",
        },
        "ar": {
            "one": "كل درجة تمثل جهة مستفيدة واحدة.",
            "two": "كل درجة تمثل متوسط جهتين مستفيدتين على الأكثر.",
            "few": "كل درجة تمثل متوسط {count} جهات مستفيدة على الأكثر.",
            "other": "كل درجة تمثل متوسط {count} جهة مستفيدة على الأكثر.",
        },
    },
    "beyond": {
        "en": {
            "one": "{count} claimant stands above the top of the scale.",
            "other": "{count} claimants stand above the top of the scale.",
        },
        "fr": {
            "one": "{count} bénéficiaire dépasse le haut de l’échelle.",
            "other": "{count} bénéficiaires dépassent le haut de l’échelle.",
        },
        "es": {
            "one": "{count} beneficiario supera el extremo de la escala.",
            "other": "{count} beneficiarios superan el extremo de la escala.",
        },
        "ar": {
            "one": "جهة مستفيدة واحدة تتجاوز أعلى المقياس.",
            "two": "جهتان مستفيدتان تتجاوزان أعلى المقياس.",
            "few": "{count} جهات مستفيدة تتجاوز أعلى المقياس.",
            "other": "{count} جهة مستفيدة تتجاوز أعلى المقياس.",
        },
    },
}
