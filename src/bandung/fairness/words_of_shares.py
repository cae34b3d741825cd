"""What an explanation says, in four languages. Wording not yet confirmed by a person."""

from bandung.fairness.languages import Language

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
    "share meets need": {
        "en": "Its exact share would meet its need in full; rounding to whole packs leaves "
        "{missing} of it open.",
        "fr": "Sa part exacte couvrirait entièrement son besoin ; l’arrondi aux emballages entiers "
        "en laisse {missing} non couverts.",
        "es": "Su parte exacta cubriría por completo su necesidad; el redondeo a envases enteros "
        "deja {missing} sin cubrir.",
        "ar": "كانت الحصة الدقيقة ستغطي الاحتياج بالكامل، ويترك التقريب إلى عبوات كاملة {missing} "
        "منه دون تغطية.",
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
    "small state": {
        "en": "Its last pack goes {over} beyond its limit, as the option for small states allows.",
        "fr": "Son dernier emballage dépasse sa limite de {over}, comme le permet l’option pour "
        "les petits États.",
        "es": "Su último envase supera su límite en {over}, como permite la opción para Estados "
        "pequeños.",
        "ar": "وتتجاوز عبوتها الأخيرة حدها بمقدار {over}، كما يسمح الخيار الخاص بالدول الصغيرة.",
    },
    "own limit of share": {
        "en": "Its exact share is held by its own limit of {cap}, not by the lots.",
        "fr": "Sa part exacte est bornée par sa propre limite de {cap}, et non par les lots.",
        "es": "Su parte exacta la determina su propio límite de {cap}, y no los lotes.",
        "ar": "ما يحدد الحصة الدقيقة هو الحد الخاص وقدره {cap}، وليس الدفعات.",
    },
    "but for minima": {
        "en": "Those whose consignment was below their minimum are not counted.",
        "fr": "Ceux dont l’envoi était inférieur à leur minimum ne sont pas comptés.",
        "es": "No se cuentan aquellos cuyo envío era inferior a su mínimo.",
        "ar": "ولا يُحتسب من كانت شحنته دون حده الأدنى.",
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
    "other lots do": {
        "en": "Other lots bring it at least as high.",
        "fr": "D’autres lots le portent au moins aussi haut.",
        "es": "Otros lotes lo llevan al menos igual de alto.",
        "ar": "وتبلغ بها دفعات أخرى مستوى لا يقل عن ذلك.",
    },
    "minimum above cap": {
        "en": "That minimum is above the {cap} that it may receive at most: no consignment can "
        "reach it.",
        "fr": "Ce minimum dépasse les {cap} qu’il peut recevoir au plus : aucun envoi ne peut "
        "l’atteindre.",
        "es": "Ese mínimo supera los {cap} que puede recibir como máximo: ningún envío puede "
        "alcanzarlo.",
        "ar": "ويتجاوز هذا الحد الأدنى أقصى ما يمكن استلامه وهو {cap}، فلا يمكن لأي شحنة أن تبلغه.",
    },
    "counts first": {
        "en": "Its lower coverage counts in the next division.",
        "fr": "Sa couverture plus basse comptera dans la prochaine répartition.",
        "es": "Su menor cobertura contará en el próximo reparto.",
        "ar": "وستُحتسب تغطيتها الأدنى في التوزيع القادم.",
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
    "set by, but for packs": {
        "en": {
            "one": "Its level, {level}, is set by lot {lots}, which the exact shares use up at "
            "that level",
            "other": "Its level, {level}, is set by lots {lots}, which the exact shares use up at "
            "that level",
        },
        "fr": {
            "one": "Son niveau, {level}, est fixé par le lot {lots}, que les parts exactes "
            "épuisent à ce niveau",
            "other": "Son niveau, {level}, est fixé par les lots {lots}, que les parts exactes "
            "épuisent à ce niveau",
        },
        "es": {
            "one": "Su nivel, {level}, lo fija el lote {lots}, que las partes exactas agotan en "
            "ese nivel",
            "other": "Su nivel, {level}, lo fijan los lotes {lots}, que las partes exactas agotan "
            "en ese nivel",
        },
        "ar": {
            "one": "المستوى، وهو {level}، تحدده الدفعة {lots} التي تستنفدها الحصص الدقيقة عند هذا "
            "المستوى",
            "two": "المستوى، وهو {level}، تحدده الدفعتان {lots} اللتان تستنفدهما الحصص الدقيقة عند "
            "هذا المستوى",
            "other": "المستوى، وهو {level}، تحدده الدفعات {lots} التي تستنفدها الحصص الدقيقة عند "
            "هذا المستوى",
        },
    },
    "packs": {
        "en": {
            "one": "Lot {lots} comes in packs of {pack}.",
            "other": "Lots {lots} come in packs of {pack}.",
        },
        "fr": {
            "one": "Le lot {lots} est livré en emballages de {pack}.",
            "other": "Les lots {lots} sont livrés en emballages de {pack}.",
        },
        "es": {
            "one": "El lote {lots} se entrega en envases de {pack}.",
            "other": "Los lotes {lots} se entregan en envases de {pack}.",
        },
        "ar": {
            "one": "تُسلَّم الدفعة {lots} في عبوات سعة كل منها {pack}.",
            "two": "تُسلَّم الدفعتان {lots} في عبوات سعة كل منها {pack}.",
            "other": "تُسلَّم الدفعات {lots} في عبوات سعة كل منها {pack}.",
        },
    },
    "nobody above": {
        "en": {
            "one": "Nobody who draws on lot {lots} ends above that level.",
            "other": "Nobody who draws on lots {lots} ends above that level.",
        },
        "fr": {
            "one": "Nul ne puise dans le lot {lots} en finissant au-dessus de ce niveau.",
            "other": "Nul ne puise dans les lots {lots} en finissant au-dessus de ce niveau.",
        },
        "es": {
            "one": "Nadie que tome del lote {lots} termina por encima de ese nivel.",
            "other": "Nadie que tome de los lotes {lots} termina por encima de ese nivel.",
        },
        "ar": {
            "one": "ولا تتجاوز هذا المستوى أي جهة تستفيد من الدفعة {lots}.",
            "two": "ولا تتجاوز هذا المستوى أي جهة تستفيد من الدفعتين {lots}.",
            "other": "ولا تتجاوز هذا المستوى أي جهة تستفيد من الدفعات {lots}.",
        },
    },
    "nobody above, but for packs": {
        "en": {
            "one": "Nobody who draws on lot {lots} ends above that level, but for rounding to "
            "whole packs.",
            "other": "Nobody who draws on lots {lots} ends above that level, but for rounding to "
            "whole packs.",
        },
        "fr": {
            "one": "Nul ne puise dans le lot {lots} en finissant au-dessus de ce niveau, sauf par "
            "l’arrondi aux emballages entiers.",
            "other": "Nul ne puise dans les lots {lots} en finissant au-dessus de ce niveau, sauf "
            "par l’arrondi aux emballages entiers.",
        },
        "es": {
            "one": "Nadie que tome del lote {lots} termina por encima de ese nivel, salvo por el "
            "redondeo a envases enteros.",
            "other": "Nadie que tome de los lotes {lots} termina por encima de ese nivel, salvo "
            "por el redondeo a envases enteros.",
        },
        "ar": {
            "one": "ولا تتجاوز هذا المستوى أي جهة تستفيد من الدفعة {lots} إلا بسبب التقريب إلى "
            "عبوات كاملة.",
            "two": "ولا تتجاوز هذا المستوى أي جهة تستفيد من الدفعتين {lots} إلا بسبب التقريب إلى "
            "عبوات كاملة.",
            "other": "ولا تتجاوز هذا المستوى أي جهة تستفيد من الدفعات {lots} إلا بسبب التقريب إلى "
            "عبوات كاملة.",
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
    "left over, but for packs": {
        "en": {
            "one": "Lot {lots} is not used up: everyone to whom it is open has an exact share at "
            "its own limit.",
            "other": "Lots {lots} are not used up: everyone to whom they are open has an exact "
            "share at its own limit.",
        },
        "fr": {
            "one": "Le lot {lots} n’est pas épuisé : tous ceux à qui il est ouvert ont une part "
            "exacte égale à leur propre limite.",
            "other": "Les lots {lots} ne sont pas épuisés : tous ceux à qui ils sont ouverts ont "
            "une part exacte égale à leur propre limite.",
        },
        "es": {
            "one": "El lote {lots} no se agota: todos aquellos a quienes está abierto tienen una "
            "parte exacta igual a su propio límite.",
            "other": "Los lotes {lots} no se agotan: todos aquellos a quienes están abiertos "
            "tienen una parte exacta igual a su propio límite.",
        },
        "ar": {
            "one": "الدفعة {lots} لا تنفد: فكل من أتيحت له بلغت حصته الدقيقة حده الخاص.",
            "two": "الدفعتان {lots} لا تنفدان: فكل من أتيحتا له بلغت حصته الدقيقة حده الخاص.",
            "other": "الدفعات {lots} لا تنفد: فكل من أتيحت له بلغت حصته الدقيقة حده الخاص.",
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
}
